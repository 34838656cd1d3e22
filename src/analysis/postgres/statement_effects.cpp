#include "analysis/postgres/statement_effects.h"
