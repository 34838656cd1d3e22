#include "db/sqlite/sqlite_vitals.h"

namespace hotswap::db::sqlite {

VitalsReading SqliteVitals::read() {
  VitalsReading reading;
  reading.at = std::chrono::steady_clock::now();
  return reading;
}

std::chrono::duration<double, std::milli> SqliteVitals::probe() {
  const auto begin = std::chrono::steady_clock::now();
  session_.query("select 1");
  return std::chrono::steady_clock::now() - begin;
}

}  // namespace hotswap::db::sqlite
