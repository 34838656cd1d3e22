#pragma once
#include "db/postgres/postgres_session.h"
