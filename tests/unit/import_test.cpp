#include <gtest/gtest.h>

#include "importing/import.hpp"

namespace kindling {
namespace {

ImportKind costs() {
  ImportKind kind;
  kind.name = "costs";
  kind.columns = {{.name = "number", .label = "Number", .required = true, .known_as = {"invoice no"}},
                  {.name = "amount", .label = "Amount", .type = ImportColumn::Type::kAmount, .required = true},
                  {.name = "paid_on", .label = "Paid on", .type = ImportColumn::Type::kDate}};
  kind.options = {{.name = "state", .label = "State", .choices = {{"draft", "Draft"}, {"submitted", "Submitted"}}}};
  return kind;
}

Input settings(std::initializer_list<std::pair<const char*, const char*>> changes = {}) {
  Input input;
  for (const auto& [name, value] : {std::pair{"columns.number", "0"}, {"columns.amount", "1"}, {"columns.paid_on", ""},
                                    {"options.decimal", "point"}, {"options.dates", "iso"}, {"options.state", "draft"}}) {
    input.set(name, value);
  }
  for (const auto& [name, value] : changes) input.set(name, value);
  return input;
}

std::string breach(const Input& input) {
  const auto parsed = parse_import_settings(costs(), input, 3);
  return parsed ? "" : parsed.error().fields.front().field + ":" + parsed.error().fields.front().code;
}

TEST(ImportMapping, IsProposedByNames) {
  const auto proposal = propose_import(costs(), "Paid on;Invoice No.;AMOUNT;Else\n;R-1;1;x\n", ';');
  ASSERT_TRUE(proposal.ok());
  EXPECT_EQ(proposal->settings.text("columns.number"), "1");
  EXPECT_EQ(proposal->settings.text("columns.amount"), "2");
  EXPECT_EQ(proposal->settings.text("columns.paid_on"), "0");
  EXPECT_EQ(proposal->settings.text("options.state"), "draft");
}

TEST(ImportMapping, SeesHowAmountsAndDatesAreWritten) {
  const auto of = [](const char* amount, const char* date, const char* option) {
    const auto file = std::string("number|amount|paid on\nR-1|") + amount + "|" + date + "\n";
    return std::string(propose_import(costs(), file, '|')->settings.text(option));
  };
  EXPECT_EQ(of("1250,50", "", "options.decimal"), "comma");
  EXPECT_EQ(of("1.250,50", "", "options.decimal"), "comma");
  EXPECT_EQ(of("1,250.50", "", "options.decimal"), "point");
  EXPECT_EQ(of("1,250", "", "options.decimal"), "point");
  EXPECT_EQ(of("1", "2026-12-31", "options.dates"), "iso");
  EXPECT_EQ(of("1", "31.12.2026", "options.dates"), "dmy");
  EXPECT_EQ(of("1", "12/31/2026", "options.dates"), "mdy");
}

TEST(ImportMapping, NeedsRowsBelowTheHeadings) {
  EXPECT_EQ(propose_import(costs(), "number,amount\n", ',').error().code, "import_has_no_rows");
  EXPECT_TRUE(propose_import(costs(), "number,amount\n1,2\n", ',').ok());
}

TEST(ImportMapping, TakesEachHeadingOnceAndOnlyOnesThatExist) {
  EXPECT_EQ(breach(settings()), "");
  EXPECT_EQ(breach(settings({{"columns.amount", "2"}})), "");
  EXPECT_EQ(breach(settings({{"columns.amount", "3"}})), "columns.amount:out_of_range");
  EXPECT_EQ(breach(settings({{"columns.amount", "0"}})), "columns.amount:chosen_twice");
  EXPECT_EQ(breach(settings({{"columns.number", ""}})), "columns.number:required");
  EXPECT_EQ(breach(settings({{"options.state", "approved"}})), "options.state:not_one_of");
  EXPECT_EQ(breach(settings({{"options.dates", "ymd"}})), "options.dates:not_one_of");
}

TEST(ImportRow, IsReadByItsMapping) {
  const auto kind = costs();
  const auto parsed = parse_import_settings(
      kind, settings({{"columns.paid_on", "2"}, {"options.decimal", "comma"}, {"options.dates", "dmy"}}), 3);
  ASSERT_TRUE(parsed.ok());
  const std::vector<std::string_view> fields{" R-1 ", "1.250,50", "31.12.2026", "more"};
  const auto row = mapped_row(kind, *parsed, fields);
  EXPECT_EQ(row.text("number"), "R-1");
  EXPECT_EQ(row.text("amount"), "1250.50");
  EXPECT_EQ(row.text("paid_on"), "2026-12-31");
  const std::vector<std::string_view> short_row{"=1+1"};
  EXPECT_EQ(mapped_row(kind, *parsed, short_row).text("number"), "=1+1");
  EXPECT_EQ(mapped_row(kind, *parsed, short_row).find("amount"), nullptr);
}

TEST(ImportRow, RewritesAmountsAndDates) {
  EXPECT_EQ(rewritten_amount("1\u00A0250,5", true), "1250.5");
  EXPECT_EQ(rewritten_amount("1'250,5", true), "1250.5");
  EXPECT_EQ(rewritten_amount("1.250,5", false), "1.250,5");
  EXPECT_EQ(rewritten_date("1. 2. 2026", "dmy"), "2026-02-01");
  EXPECT_EQ(rewritten_date("1/2/2026", "mdy"), "2026-01-02");
  EXPECT_EQ(rewritten_date("2026-02-01", "dmy"), "2026-02-01");
  EXPECT_EQ(rewritten_date("31.12.26", "dmy"), "2026-12-31");
  EXPECT_EQ(rewritten_date("31.12.6", "dmy"), "31.12.6");
  EXPECT_EQ(rewritten_date("31.12.026", "dmy"), "31.12.026");
  EXPECT_EQ(rewritten_date("12.31.2026", "dmy"), "12.31.2026");
}

}  // namespace
}  // namespace kindling
