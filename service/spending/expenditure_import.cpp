#include "spending/expenditure_import.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <unordered_set>

#include "core/csv.hpp"
#include "core/fields.hpp"
#include "spending/expenditure.hpp"
#include "spending/expenditure_import_store.hpp"
#include "storage/copy.hpp"

namespace kindling {
namespace {

constexpr char kUnit = '\x1F';  // between the parts of a key

// Where the form's names of fields stand in the file.
std::string column_of(std::string_view field) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"supplier_id", "supplier"},
      {"allocations.0.budget_line_id", "budget_line"},
      {"allocations.0.grant_id", "grant"},
      {"allocations.0.amount", "amount"},
      {"allocations.0.used_as", "used_as"},
      {"allocations.0.ineligible_reason", "ineligible_reason"},
      {"allocations.0.need", "need"}};
  const auto found = std::ranges::find(kNames, field, &std::pair<std::string_view, std::string_view>::first);
  return std::string(found == std::end(kNames) ? field : found->second);
}

bool has_error(const std::vector<FieldError>& errors, std::string_view column) {
  return std::ranges::find(errors, column, &FieldError::field) != errors.end();
}

// One expenditure of the file, over its rows.
struct Document {
  std::int64_t number;
  std::int64_t first_row;
  std::string currency;
  bool bad = false;
};

class ExpenditureReader final : public ImportReader {
 public:
  ExpenditureReader(CostTargets targets, ImportScope scope)
      : targets_(std::move(targets)), scope_(std::move(scope)), creates_suppliers_(scope_.options.text("suppliers") == "create") {}

  std::vector<FieldError> read(const Input& row, std::int64_t row_number, CopyIn& staging) override;
  void settle(Transaction& transaction) override {
    std::vector<std::int64_t> bad;
    for (const auto& [key, document] : documents_) {
      if (document.bad) bad.push_back(document.number);
    }
    settle_expenditure_rows(transaction, scope_.import_id, bad);
  }

 private:
  const CostTargets::Supplier* find_supplier(const Input& row, std::vector<FieldError>& errors) const;
  void check_periods(const Input& row, const RowTarget& target, Date on, std::vector<FieldError>& errors) const;
  Input as_form(const Input& row, const RowTarget& target, std::string_view used_as, bool has_supplier) const;
  Document& document_of(const Input& row, const CostTargets::Supplier* supplier, std::int64_t row_number);
  bool seen_before(const Input& row);

  CostTargets targets_;
  ImportScope scope_;
  bool creates_suppliers_;
  std::unordered_map<std::string, Document> documents_;
  std::unordered_set<std::string> rows_;  // what each says, to find it again
};

const CostTargets::Supplier* ExpenditureReader::find_supplier(const Input& row, std::vector<FieldError>& errors) const {
  const auto name = row.text("supplier"), vat = row.text("supplier_vat");
  if (name.empty() && vat.empty()) {
    errors.push_back({"supplier", "required", "Enter the supplier's name or VAT number."});
    return nullptr;
  }
  const CostTargets::Supplier* found = nullptr;
  if (const auto by_vat = targets_.suppliers_by_vat.find(csv_heading_key(vat)); !vat.empty() && by_vat != targets_.suppliers_by_vat.end()) {
    found = &by_vat->second;
  } else if (const auto by_name = targets_.suppliers_by_name.find(name_key(name)); by_name != targets_.suppliers_by_name.end()) {
    found = &by_name->second;
  }
  if (found != nullptr && (found->is_supplier || creates_suppliers_)) return found;
  if (found != nullptr) {
    errors.push_back({"supplier", "not_a_supplier", "This organisation is not marked as a supplier. Mark it, or choose to make suppliers."});
  } else if (!creates_suppliers_) {
    errors.push_back({"supplier", "supplier_not_found", "No supplier has this name or VAT number. Record it, or choose to make suppliers."});
  } else if (name.empty()) {
    errors.push_back({"supplier", "required", "Enter the name of the supplier that is to be made."});
  } else if (code_points(name) > 200) {
    errors.push_back({"supplier", "too_long", "A supplier's name has at most 200 characters."});
  } else if (vat.size() > 40) {
    errors.push_back({"supplier_vat", "too_long", "A VAT number has at most 40 characters."});
  }
  return nullptr;
}

void ExpenditureReader::check_periods(const Input& row, const RowTarget& target, Date on, std::vector<FieldError>& errors) const {
  if (!target.grant || row.text("used_as") == "ineligible" || has_error(errors, "document_on") || row.text("document_on").empty()) return;
  const auto& grant = targets_.grants[*target.grant];
  if (!grant.takes_costs || (target.line && !grant.fund_id)) {
    errors.push_back({"grant", "grant_takes_no_costs", "This grant is not running, so it takes no costs."});
  }
  if (!grant.eligible.contains(on)) {
    errors.push_back({"document_on", "outside_eligible_period",
                      "The grant takes costs from " + to_string(grant.eligible.first) + " to " + to_string(grant.eligible.last) + "."});
  }
  if (!target.line) return;
  const auto& line = targets_.lines[*target.line];
  if ((line.starts_on && on < *line.starts_on) || (line.ends_on && on > *line.ends_on)) {
    errors.push_back({"document_on", "outside_line_period", "This day lies outside the period of its budget line."});
  }
}

// The row as the form would have sent it: one allocation of the whole amount.
Input ExpenditureReader::as_form(const Input& row, const RowTarget& target, std::string_view used_as, bool has_supplier) const {
  Input form;
  form.add("kind", "invoice");
  // Which supplier it is was found apart; the rule asks only that there is one.
  if (has_supplier) form.add("supplier_id", "1");
  for (const auto* name : {"document_number", "document_on", "paid_on", "amount"}) {
    if (const auto* field = row.find(name)) form.add(name, field->text);
  }
  const auto description = row.text("description");
  form.add("description", std::string(description.empty() ? row.text("document_number") : description));
  const auto currency = row.text("currency");
  form.add("currency", !currency.empty() ? std::string(currency)
                       : target.grant    ? std::string(targets_.grants[*target.grant].currency.code())
                                         : std::string());
  form.add("allocations.0.used_as", std::string(used_as));
  if (target.line) form.add("allocations.0.budget_line_id", std::to_string(targets_.lines[*target.line].root_id));
  if (target.grant && !target.line) form.add("allocations.0.grant_id", std::to_string(targets_.grants[*target.grant].id));
  if (const auto* reason = row.find("ineligible_reason")) form.add("allocations.0.ineligible_reason", reason->text);
  if (const auto* need = row.find("need")) form.add("allocations.0.need", need->text);
  return form;
}

Document& ExpenditureReader::document_of(const Input& row, const CostTargets::Supplier* supplier, std::int64_t row_number) {
  std::string key = supplier != nullptr ? std::to_string(supplier->id) : name_key(row.text("supplier"));
  key += kUnit + csv_heading_key(row.text("document_number")) + kUnit + std::string(row.text("document_on"));
  const auto [at, is_new] = documents_.try_emplace(
      std::move(key), Document{static_cast<std::int64_t>(documents_.size()) + 1, row_number, {}});
  return at->second;
}

bool ExpenditureReader::seen_before(const Input& row) {
  std::string said;
  for (const auto& field : row.fields()) said += field.path + kUnit + field.text + kUnit;
  return !rows_.insert(std::move(said)).second;
}

std::vector<FieldError> ExpenditureReader::read(const Input& row, std::int64_t row_number, CopyIn& staging) {
  std::vector<FieldError> errors;
  const bool repeated = seen_before(row);
  std::string used_as(row.text("used_as"));
  if (used_as.empty()) used_as = row.text("grant").empty() && row.text("budget_line").empty() ? "own" : "claimed";
  const auto* supplier = find_supplier(row, errors);
  const bool has_supplier = !has_error(errors, "supplier");
  const auto target = find_row_target(targets_, row, used_as, errors);
  const auto cost = parse_expenditure(as_form(row, target, used_as, has_supplier), scope_.today);
  if (!cost) {
    for (const auto& error : cost.error().fields) {
      auto column = column_of(error.field);
      // What stands in for an empty cell comes from another one, whose own error is told.
      const bool stood_in = row.text(column).empty() && (column == "description" || (column == "currency" && !errors.empty()));
      // Which line it is follows from the grant and the category, which tell it where they are wrong.
      const bool follows = column == "budget_line" && (has_error(errors, "grant") || has_error(errors, "category"));
      if (!stood_in && !follows && !has_error(errors, column)) errors.push_back({std::move(column), error.code, error.message});
    }
  }
  if (cost) check_periods(row, target, cost->document_on, errors);
  auto& document = document_of(row, supplier, row_number);
  if (cost) {
    const auto currency = cost->amount.currency.code();
    if (document.currency.empty()) document.currency = currency;
    if (document.currency != currency) {
      errors.push_back({"currency", "mixed_currencies",
                        "Row " + std::to_string(document.first_row) + " has the same document in another currency."});
    }
  }
  document.bad |= !errors.empty();

  const auto text_or_null = [&](std::string_view text) { text.empty() ? (void)staging.null() : (void)staging.field(text); };
  const auto id_or_null = [&](std::optional<std::int64_t> id) { id ? (void)staging.field(*id) : (void)staging.null(); };
  staging.field(scope_.import_id).field(row_number);
  staging.field(!errors.empty() ? "bad" : repeated ? "repeated" : "new").field(document.number);
  if (!cost) {
    for (int i = 0; i < 17; ++i) staging.null();
    staging.end_row();
    return errors;
  }
  staging.field(cost->amount.currency.code()).field(cost->amount.minor);
  id_or_null(supplier == nullptr ? std::nullopt : std::optional(supplier->id));
  text_or_null(row.text("supplier"));
  text_or_null(row.text("supplier_vat"));
  staging.field(*cost->document_number).field(to_string(cost->document_on));
  text_or_null(cost->paid_on ? to_string(*cost->paid_on) : "");
  staging.field(cost->description).field(used_as);
  id_or_null(target.grant ? std::optional(targets_.grants[*target.grant].id) : std::nullopt);
  id_or_null(target.line ? std::optional(targets_.lines[*target.line].root_id) : std::nullopt);
  id_or_null(target.line ? targets_.grants[*target.grant].fund_id : std::optional(targets_.general_fund_id));
  text_or_null(row.text("ineligible_reason"));
  text_or_null(trimmed(row.text("need")));
  text_or_null(target.category);
  id_or_null(target.partner_id);
  staging.end_row();
  return errors;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

// The only line of the grant that fits what is said of work package, category and partner.
std::optional<std::size_t> find_line(const CostTargets& targets, std::size_t grant, const Input& row,
                                     std::vector<FieldError>& errors) {
  const auto work_package = name_key(row.text("work_package")), category = name_key(row.text("category")),
             partner = name_key(row.text("partner"));
  if (work_package.empty() && category.empty() && partner.empty()) {
    errors.push_back({"budget_line", "required", "Name the budget line by its number, or by work package, category and partner."});
    return std::nullopt;
  }
  std::optional<std::size_t> found;
  const auto [first, last] = targets.lines_by_grant.equal_range(grant);
  for (auto at = first; at != last; ++at) {
    const auto& line = targets.lines[at->second];
    if ((!work_package.empty() && line.work_package != work_package) ||
        (!category.empty() && line.category != category) || (!partner.empty() && line.partner != partner)) {
      continue;
    }
    if (found) {
      errors.push_back({"category", "several_lines", "Several budget lines fit. Say also work package, category and partner, or the line's number."});
      return std::nullopt;
    }
    found = at->second;
  }
  if (!found) errors.push_back({"category", "line_not_found", "The grant's active budget has no such line. Look at its work packages, categories and partners."});
  return found;
}

// What is match or not eligible may say where in the grant it belongs.
void find_place(const CostTargets::Grant& grant, const Input& row, RowTarget& target, std::vector<FieldError>& errors) {
  if (const auto key = name_key(row.text("category")); !key.empty()) {
    const auto found = grant.categories.find(key);
    if (found == grant.categories.end()) {
      errors.push_back({"category", "category_not_found", "The grant has no such category. Write its code, as its budget has it."});
    } else {
      target.category = found->second;
    }
  }
  if (const auto key = name_key(row.text("partner")); !key.empty()) {
    const auto found = grant.partners.find(key);
    if (found == grant.partners.end()) {
      errors.push_back({"partner", "partner_not_found", "The grant has no such partner. Write its name, as the grant has it."});
    } else {
      target.partner_id = found->second;
    }
  }
}

}  // namespace

std::string name_key(std::string_view name) {
  std::string key(trimmed(name));
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return key;
}

RowTarget find_row_target(const CostTargets& targets, const Input& row, std::string_view used_as,
                          std::vector<FieldError>& errors) {
  RowTarget target;
  if (used_as == "own") return target;
  if (const auto text = row.text("budget_line"); used_as == "claimed" && !text.empty()) {
    const auto id = number_of(text);
    const auto line = id ? targets.lines_by_id.find(*id) : targets.lines_by_id.end();
    if (line == targets.lines_by_id.end()) {
      errors.push_back({"budget_line", "line_not_found", "No active budget has a line of this number."});
      return target;
    }
    target.line = line->second;
    target.grant = targets.lines[line->second].grant;
  }
  if (const auto text = row.text("grant"); !text.empty() || !target.grant) {
    if (text.empty()) {
      errors.push_back({"grant", "required", "Name the grant by its agreement number or title."});
      return target;
    }
    const auto [first, last] = targets.grants_by_key.equal_range(name_key(text));
    if (first == last) {
      errors.push_back({"grant", "grant_not_found", "No grant has this agreement number or title."});
    } else if (std::next(first) != last && !target.grant) {
      errors.push_back({"grant", "several_grants", "Several grants have this title. Say the agreement number."});
    } else if (target.grant && std::none_of(first, last, [&](const auto& at) { return at.second == *target.grant; })) {
      errors.push_back({"budget_line", "line_of_another_grant", "This budget line belongs to another grant."});
    } else if (!target.grant) {
      target.grant = first->second;
    }
  }
  if (used_as == "claimed" && target.grant && !target.line) {
    target.line = find_line(targets, *target.grant, row, errors);
  } else if (used_as != "claimed" && target.grant) {
    find_place(targets.grants[*target.grant], row, target, errors);
  }
  return target;
}

ImportKind expenditure_import_kind() {
  using Type = ImportColumn::Type;
  ImportKind kind;
  kind.name = "expenditures";
  kind.title = "Expenditures";
  kind.explanation = "An export of your accounting: each row is an invoice, or the part of one that belongs to one budget line.";
  kind.action = Action::kRecordSpending;
  kind.done_href = "/expenditures";
  kind.columns = {
      {.name = "supplier", .label = "Supplier", .known_as = {"supplier name", "vendor", "vendor name", "creditor", "payee", "dodavatel", "leverancier"}},
      {.name = "supplier_vat", .label = "Supplier's VAT number", .known_as = {"vat", "vat number", "vat no", "vat id", "dic", "btw", "btw nummer"}},
      {.name = "document_number", .label = "Number of the document", .required = true,
       .known_as = {"invoice number", "invoice no", "invoice", "document no", "document", "number", "factuurnummer", "cislo dokladu"}},
      {.name = "document_on", .label = "Date of the document", .type = Type::kDate, .required = true,
       .known_as = {"date", "invoice date", "document date", "booking date", "datum", "factuurdatum"}},
      {.name = "paid_on", .label = "Paid on", .type = Type::kDate, .known_as = {"payment date", "date paid", "paid"}},
      {.name = "description", .label = "Description", .known_as = {"text", "memo", "subject", "popis", "omschrijving"}},
      {.name = "amount", .label = "Amount", .type = Type::kAmount, .required = true,
       .known_as = {"total", "gross", "sum", "value", "castka", "bedrag"}},
      {.name = "currency", .label = "Currency", .known_as = {"ccy", "mena", "munt"}, .help = "Where it is empty, the grant's."},
      {.name = "grant", .label = "Grant", .known_as = {"project", "agreement", "agreement number", "grant number", "projekt"},
       .help = "Agreement number or title. Rows without one are the platform's own costs."},
      {.name = "budget_line", .label = "Budget line", .known_as = {"line", "line id", "budget line id"}, .help = "Its number; or the next three."},
      {.name = "work_package", .label = "Work package", .known_as = {"wp", "activity"}},
      {.name = "category", .label = "Cost category", .known_as = {"category code", "cost category", "budget category"}},
      {.name = "partner", .label = "Partner", .known_as = {"beneficiary"}},
      {.name = "used_as", .label = "Used as", .known_as = {"use"}, .help = "claimed, match, ineligible or own; claimed where it is empty."},
      {.name = "ineligible_reason", .label = "Why it is ineligible", .known_as = {"reason"}},
      {.name = "need", .label = "For the need", .known_as = {"purpose", "cost centre", "cost center"},
       .help = "One of the platform's budget."}};
  kind.options = {{.name = "state", .label = "Record them as", .choices = {{"draft", "Drafts"}, {"submitted", "Submitted for approval"}}},
                  {.name = "suppliers", .label = "Suppliers that are not recorded",
                   .choices = {{"refuse", "are an error"}, {"create", "are made"}}}};
  kind.staging_table = "expenditure_import_rows";
  kind.staging_target =
      "expenditure_import_rows (import_id, row_number, state, document, currency, amount_minor, supplier_id, "
      "supplier_name, supplier_vat, document_number, document_on, paid_on, description, used_as, grant_id, "
      "budget_line_id, fund_id, ineligible_reason, need, category_code, partner_id)";
  kind.open = [](Session& session, const ImportScope& scope) -> std::unique_ptr<ImportReader> {
    return std::make_unique<ExpenditureReader>(find_cost_targets(session), scope);
  };
  kind.load = load_expenditure_rows;
  return kind;
}

}  // namespace kindling
