#pragma once
#include "db/session.h"
