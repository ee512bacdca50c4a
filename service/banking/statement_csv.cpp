#include "banking/statement_csv.hpp"

#include <algorithm>

#include "banking/camt.hpp"
#include "core/check_digits.hpp"
#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::size_t kErrorsMax = 20;

Error at_file(const Error& error) { return invalid_field("file", error.code, error.message); }

// One row read; its balance where the file has one.
struct CsvLine {
  BankStatementLine line;
  std::optional<Money> balance;
  std::size_t row;
};

class Rows {
 public:
  Rows(const CsvStatementFile& file, const CsvHeadings& headings, const Input& mapping, const BankAccount& account,
       ImportSettings settings)
      : file_(file), headings_(headings), mapping_(mapping), account_(account), settings_(std::move(settings)) {}

  Result<std::vector<CsvLine>> read() {
    CsvReader reader(file_.file.text, headings_.separator);
    std::vector<std::string_view> fields;
    while (reader.row() < headings_.row) {  // the headings and what stands above were read before
      if (const auto more = reader.next(fields); !more || !*more) break;
    }
    while (errors_.size() < kErrorsMax) {
      const auto more = reader.next(fields);
      if (!more) return at_file(more.error());
      if (!*more) break;
      if (lines_.size() == kCamtLinesMax) {
        return invalid_field("file", "too_many_lines", "A statement may have 100,000 lines. Export a shorter period.");
      }
      row_ = reader.row();
      if (std::any_of(fields.begin() + static_cast<std::ptrdiff_t>(std::min(headings_.names.size(), fields.size())),
                      fields.end(), [](std::string_view field) { return !trimmed(field).empty(); })) {
        fail("", "row_is_broken", "this row has more fields than there are headings. Nothing was imported.");
        continue;
      }
      read_row(mapped_row(statement_csv_columns(), settings_, fields));
    }
    if (!errors_.empty()) return invalid(std::move(errors_));
    if (lines_.empty()) return invalid_field("file", "import_has_no_rows", "This file has headings but no rows below them.");
    return std::move(lines_);
  }

 private:
  void fail(std::string_view column, std::string code, const std::string& what) {
    const auto heading = mapping_.text("columns." + std::string(column));
    errors_.push_back({"file", std::move(code), "Row " + std::to_string(row_) +
                                                    (heading.empty() ? std::string() : ", \"" + std::string(heading) + "\"") + ": " + what});
  }

  std::optional<Date> day(const Input& row, const char* column) {
    const auto text = row.text(column);
    if (text.empty()) return std::nullopt;
    const auto date = Date::parse(text);
    if (!date) fail(column, "not_a_date", "this is no date as the mapping says dates are written.");
    return date;
  }

  std::optional<Money> money(const Input& row, const char* column) {
    auto text = row.text(column);
    if (text.empty()) return std::nullopt;
    if (text.front() == '+') text.remove_prefix(1);
    const auto amount = parse_money(text, account_.opening.currency);
    if (amount) return *amount;
    const auto& error = amount.error();
    fail(column, error.fields.empty() ? error.code : error.fields.front().code, "enter an amount such as " +
             std::string(settings_.decimal_comma ? "1250,00" : "1250.00") + ", as the mapping says amounts are written.");
    return std::nullopt;
  }

  // One signed column, or one for each direction, in which banks write a debit with or without its sign.
  std::optional<Money> amount_of(const Input& row) {
    const auto before = errors_.size();
    auto amount = money(row, "amount");
    if (!amount) {
      amount = money(row, "credit");
      if (!amount || amount->minor == 0) {
        if (const auto debit = money(row, "debit")) amount = debit->minor > 0 ? -*debit : *debit;
      }
    }
    if (errors_.size() > before) return std::nullopt;
    if (!amount) fail("amount", "required", "this row has no amount.");
    if (amount && amount->minor == 0) fail("amount", "amount_is_zero", "a line moves something; this one is zero.");
    return amount && amount->minor != 0 ? amount : std::nullopt;
  }

  void read_row(const Input& row) {
    const auto booked_on = day(row, "booked_on");
    if (row.text("booked_on").empty()) fail("booked_on", "required", "this row has no day.");
    const auto value_on = day(row, "value_on");
    const auto amount = amount_of(row);
    const auto balance = money(row, "balance");
    if (const auto code = row.text("currency"); !code.empty() && code != account_.opening.currency.code()) {
      fail("currency", "other_currency", "the account " + account_.name + " is in " + std::string(account_.opening.currency.code()) + ".");
    }
    if (const auto own = row.text("own_iban"); !own.empty() && compacted(own) != account_.iban) {
      fail("own_iban", "other_account", "this is a line of another account than " + account_.name + ".");
    }
    if (!booked_on || !amount || !errors_.empty()) return;
    lines_.push_back({.line = {.bank_reference = std::string(row.text("reference")),
                               .booked_on = *booked_on,
                               .value_on = value_on.value_or(*booked_on),
                               .amount = *amount,
                               .counterparty_name = std::string(row.text("name")),
                               .counterparty_iban = compacted(row.text("iban")),
                               .end_to_end_id = std::string(row.text("end_to_end_id")),
                               .structured_reference = std::string(row.text("structured_reference")),
                               .text = std::string(row.text("message"))},
                      .balance = balance, .row = row_});
  }

  const CsvStatementFile& file_;
  const CsvHeadings& headings_;
  const Input& mapping_;
  const BankAccount& account_;
  ImportSettings settings_;
  std::vector<CsvLine> lines_;
  std::vector<FieldError> errors_;
  std::size_t row_ = 0;
};

// The first line whose balance is not the one before it plus its amount; npos where all follow.
std::size_t first_break(const std::vector<CsvLine>& lines) {
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].balance && lines[i - 1].balance && *lines[i - 1].balance + lines[i].line.amount != *lines[i].balance) return i;
  }
  return std::string::npos;
}

// Banks write the newest line first or last: the days tell, and on one day the balances.
void oldest_first(std::vector<CsvLine>& lines) {
  const auto& first = lines.front().line, &last = lines.back().line;
  const bool backwards = first.booked_on != last.booked_on ? last.booked_on < first.booked_on : first_break(lines) != std::string::npos;
  if (backwards) std::ranges::reverse(lines);
  std::ranges::stable_sort(lines, {}, [](const CsvLine& line) { return line.line.booked_on; });
}

// By position, as the pure half of imports reads a row.
Input by_position(const Input& mapping, const std::vector<std::string>& headings) {
  Input settings;
  for (const auto& field : mapping.fields()) {
    if (!field.path.starts_with("columns.")) {
      settings.add(field.path, field.text);
      continue;
    }
    const auto at = std::ranges::find(headings, field.text);
    settings.add(field.path, field.text.empty() || at == headings.end() ? std::string() : std::to_string(at - headings.begin()));
  }
  return settings;
}

}  // namespace

bool looks_like_csv(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return !bytes.empty() && !trimmed(bytes.substr(0, 1'000)).starts_with('<');
}

const ImportKind& statement_csv_columns() {
  using Type = ImportColumn::Type;
  static const ImportKind kind = [] {
    ImportKind made;
    made.name = "bank_statement";
    made.columns = {
        {.name = "booked_on", .label = "Booked on", .type = Type::kDate, .required = true, .known_as = {"date", "booking date", "datum", "buchungstag", "datum zauctovani", "uitvoeringsdatum", "date comptable"}},
        {.name = "value_on", .label = "Value date", .type = Type::kDate, .known_as = {"value", "valuta", "valutadatum", "wertstellung", "date valeur"}},
        {.name = "amount", .label = "Amount", .type = Type::kAmount, .known_as = {"betrag", "bedrag", "castka", "objem", "montant", "umsatz"}, .help = "Signed; or the next two."},
        {.name = "credit", .label = "Credit", .type = Type::kAmount, .known_as = {"money in", "haben", "paid in", "credit amount"}},
        {.name = "debit", .label = "Debit", .type = Type::kAmount, .known_as = {"money out", "soll", "paid out", "debit amount"}},
        {.name = "balance", .label = "Balance", .type = Type::kAmount, .known_as = {"saldo", "zustatek", "solde", "running balance"}, .help = "After the line; each row is then checked."},
        {.name = "currency", .label = "Currency", .known_as = {"ccy", "wahrung", "munt", "mena", "devise"}},
        {.name = "reference", .label = "The bank's reference", .known_as = {"transaction id", "id", "id pohybu", "referentie", "volgnummer", "reference number"}},
        {.name = "name", .label = "Name of the other side", .known_as = {"counterparty", "payee", "payer", "beneficiary", "naam", "nazev protiuctu", "empfanger", "auftraggeber"}},
        {.name = "iban", .label = "IBAN of the other side", .known_as = {"counterparty iban", "tegenrekening", "protiucet", "account of the other side", "iban tegenpartij"}},
        {.name = "message", .label = "Message", .known_as = {"text", "details", "communication", "mededeling", "verwendungszweck", "zprava pro prijemce", "description", "omschrijving"}},
        {.name = "structured_reference", .label = "Structured reference", .known_as = {"creditor reference", "gestructureerde mededeling", "reference of the payment"}},
        {.name = "end_to_end_id", .label = "End-to-end id", .known_as = {"end to end", "e2e", "kundenreferenz"}},
        {.name = "own_iban", .label = "IBAN of this account", .known_as = {"account", "own account", "rekening", "rekeningnummer", "auftragskonto"}, .help = "Checked in each row."}};
    return made;
  }();
  return kind;
}

Result<CsvStatementFile> open_csv_statement(std::string bytes, std::size_t headings_row) {
  auto file = open_csv(std::move(bytes));
  if (!file) return at_file(file.error());
  auto headings = headings_row == 0 ? Result<CsvHeadings>(guess_headings(*file, statement_csv_columns()))
                                    : headings_at(*file, headings_row);
  if (!headings) return headings.error();
  const auto from_headings = std::string_view(file->text).substr(headings->position);
  const auto proposal = propose_import(statement_csv_columns(), from_headings, headings->separator);
  if (!proposal) return at_file(proposal.error());
  headings->names = proposal->headings;
  Input proposed;
  for (const auto& field : proposal->settings.fields()) {
    const bool is_column = field.path.starts_with("columns.") && !field.text.empty();
    proposed.set(field.path, is_column ? proposal->headings[std::stoul(field.text)] : field.text);
  }
  return CsvStatementFile{*std::move(file), *std::move(headings), std::move(proposed)};
}

Result<Input> parse_csv_mapping(const Input& input) {
  static constexpr std::string_view kDecimals[] = {"point", "comma"};
  static constexpr std::string_view kDates[] = {"iso", "dmy", "mdy"};
  Fields fields(input);
  Input mapping;
  std::vector<std::string> chosen;
  for (const auto& column : statement_csv_columns().columns) {
    const auto name = "columns." + column.name;
    const auto heading = fields.optional_text(name, {.max = 200}).value_or("");
    if (heading.empty() && column.required && !fields.failed(name)) fields.fail(name, "required", "Choose the heading that holds this.");
    if (heading.empty()) continue;
    if (std::ranges::find(chosen, heading) != chosen.end()) {
      fields.fail(name, "chosen_twice", "This heading is chosen for another column already; choose another one.");
    }
    chosen.push_back(heading);
    mapping.add(name, heading);
  }
  if (mapping.text("columns.amount").empty() && (mapping.text("columns.credit").empty() || mapping.text("columns.debit").empty())) {
    fields.fail("columns.amount", "required", "Choose the heading of the amount, or those of credit and debit.");
  }
  mapping.add("options.decimal", fields.one_of("options.decimal", kDecimals));
  mapping.add("options.dates", fields.one_of("options.dates", kDates));
  return fields.finish(std::move(mapping));
}

std::optional<CsvHeadings> mapped_headings(const CsvStatementFile& file, const Input& mapping) {
  std::vector<std::string> names;
  for (const auto& field : mapping.fields()) {
    if (field.path.starts_with("columns.") && !field.text.empty()) names.push_back(field.text);
  }
  return names.empty() ? std::nullopt : find_headings(file.file, names);
}

Result<Statement> read_csv_statement(const CsvStatementFile& file, const CsvHeadings& headings, const Input& mapping,
                                     const BankAccount& account) {
  auto settings = parse_import_settings(statement_csv_columns(), by_position(mapping, headings.names), headings.names.size());
  if (!settings) return settings.error();
  auto read = Rows(file, headings, mapping, account, *std::move(settings)).read();
  if (!read) return read.error();
  auto& lines = *read;
  oldest_first(lines);
  if (const auto at = first_break(lines); at != std::string::npos) {
    const auto& line = lines[at];
    const auto sum = *lines[at - 1].balance + line.line.amount;
    return invalid_field("file", "balance_does_not_follow",
                         "Row " + std::to_string(line.row) + " does not add up: " + to_display(*lines[at - 1].balance) + " before it and " +
                             to_display(line.line.amount) + " make " + to_display(sum) + ", but it says " + to_display(*line.balance) +
                             ". Nothing was imported.");
  }
  const auto& first = lines.front(), &last = lines.back();
  const Money none{0, account.opening.currency};
  Statement statement{.identification = "CSV " + to_string(first.line.booked_on) + " to " + to_string(last.line.booked_on),
                      .iban = account.iban, .starts_on = first.line.booked_on, .ends_on = last.line.booked_on,
                      .opening = first.balance ? *first.balance - first.line.amount : none, .closing = last.balance.value_or(none),
                      .balances_computed = !first.balance || !last.balance, .lines = {}};
  for (auto& line : lines) statement.lines.push_back(std::move(line.line));
  return statement;
}

}  // namespace kindling
