// Words that writers take from the database, such as states and kinds, so that the test of translations finds them.
#include "reports/sheet/words.hpp"

namespace kindling::sheet {
namespace {

[[maybe_unused]] constexpr const char* kStored[] = {
    // grants
    word("prospect"), word("drafting"), word("applied"), word("awarded"), word("active"), word("suspended"),
    word("closing"), word("closed"), word("rejected"), word("withdrawn"),
    // instalments
    word("prefinancing"), word("interim"), word("balance"), word("other"), word("planned"), word("requested"),
    word("received"), word("cancelled"),
    // modifications, costs, approvals
    word("transfer"), word("amendment"), word("invoice"), word("staff"), word("in_kind"), word("draft"),
    word("submitted"), word("approved"), word("reported"), word("refused"), word("superseded"), word("claimed"),
    word("match"), word("ineligible"), word("own"), word("open"), word("budget_version"), word("expenditure"),
    word("override"), word("reversal"), word("period_closing"), word("period_reopening"),
    // entries, and what the audit workbook calls their documents
    word("expenditure_approved"), word("expenditure_reversed"), word("expenditure_paid"), word("instalment_received"),
    word("exchange_difference"), word("instalment"), word("reporting_period"), word("version"), word("modification"),
    word("period"),
};

}  // namespace
}  // namespace kindling::sheet
