#include "domain/user.h"
  #  include "monitor/breach.h"  // reached over no floor
