#pragma once
#include "domain/user.h"
