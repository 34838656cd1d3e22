#pragma once
#include "clock_source.h"
