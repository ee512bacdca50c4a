// The public page's figures in the database: made once a day, the same for every instance.
#pragma once

#include "core/currency.hpp"
#include "support/support_figures.hpp"

namespace kindling {

class Session;

// The day's figures, made now where this is the first look of the day; texts, campaigns and the account as they are.
SupportFigures load_support(Session& session, Date today, Currency platform);

}  // namespace kindling
