#include "spending/expenditure_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

using OptionalId = std::optional<long long>;
using OptionalText = std::optional<std::string>;

std::optional<std::int64_t> id_of(const OptionalId& id) { return id ? std::optional<std::int64_t>(*id) : std::nullopt; }
OptionalId sql_id(const std::optional<std::int64_t>& id) { return id ? OptionalId(*id) : std::nullopt; }

// One expenditure without its allocations; prepared once a session, because every act begins with it.
struct SelectExpenditure {
  long long id = 0, amount = 0, reversed = 0;
  int version = 0, counts = 0, submissions = 0;
  std::string kind, state, document_on, description, currency, supplier, returned, created_by_name, submitted_by_name,
      approved_by_name;
  OptionalId supplier_id, personnel_cost, days, factor, entry_id, payment_entry_id, created_by, submitted_by;
  OptionalText document_number, paid_on, person, works_from, works_to, in_kind_of, valuation_basis;
  soci::statement statement;

  SelectExpenditure(soci::session& sql, const char* lock)
      : statement((sql.prepare << std::string(R"(
          SELECT e.version, e.kind, e.state, e.supplier_id, COALESCE(o.name, ''), e.document_number,
                 e.document_on::text, e.paid_on::text, e.description, e.currency, e.amount_minor, e.reversed_minor,
                 e.person, e.works_from::text, e.works_to::text, e.working_time_factor_bp::bigint,
                 e.personnel_cost_minor, e.person_days_hundredths::bigint, e.counts_to_ceiling::int, e.in_kind_of,
                 e.valuation_basis, COALESCE(e.returned_reason, ''), e.entry_id, e.payment_entry_id, e.created_by,
                 e.submitted_by, COALESCE(c.name, ''), COALESCE(s.name, ''), COALESCE(a.name, ''), e.submissions
          FROM expenditures e
          LEFT JOIN organisations o ON o.id = e.supplier_id
          LEFT JOIN users c ON c.id = e.created_by
          LEFT JOIN users s ON s.id = e.submitted_by
          LEFT JOIN users a ON a.id = e.approved_by
          WHERE e.id = :id)") + lock,
                   soci::use(id, "id"), soci::into(version), soci::into(kind), soci::into(state),
                   soci::into(supplier_id), soci::into(supplier), soci::into(document_number),
                   soci::into(document_on), soci::into(paid_on), soci::into(description), soci::into(currency),
                   soci::into(amount), soci::into(reversed), soci::into(person), soci::into(works_from),
                   soci::into(works_to), soci::into(factor), soci::into(personnel_cost), soci::into(days),
                   soci::into(counts), soci::into(in_kind_of), soci::into(valuation_basis), soci::into(returned),
                   soci::into(entry_id), soci::into(payment_entry_id), soci::into(created_by),
                   soci::into(submitted_by), soci::into(created_by_name), soci::into(submitted_by_name),
                   soci::into(approved_by_name), soci::into(submissions))) {}

  Expenditure expenditure() const {
    const auto of = Currency::of(currency);
    Expenditure cost{{.kind = kind,
                      .supplier_id = id_of(supplier_id),
                      .document_number = document_number,
                      .document_on = Date::of(document_on),
                      .paid_on = paid_on ? Date::parse(*paid_on) : std::nullopt,
                      .description = description,
                      .amount = {amount, of},
                      .staff = std::nullopt,
                      .in_kind = std::nullopt}};
    if (kind == "staff") {
      cost.staff = StaffCost{.person = person.value_or(""),
                             .worked = {Date::of(*works_from), Date::of(*works_to)},
                             .working_time_factor = {static_cast<std::int32_t>(*factor)},
                             .personnel_cost = {*personnel_cost, of},
                             .days_hundredths = static_cast<std::int32_t>(*days)};
    }
    if (kind == "in_kind") cost.in_kind = InKind{*in_kind_of, *valuation_basis};
    cost.id = id;
    cost.version = version;
    cost.state = state;
    cost.supplier_name = supplier;
    cost.reversed = {reversed, of};
    cost.counts_to_ceiling = counts != 0;
    cost.returned_reason = returned;
    cost.entry_id = id_of(entry_id);
    cost.payment_entry_id = id_of(payment_entry_id);
    cost.created_by = id_of(created_by);
    cost.submitted_by = id_of(submitted_by);
    cost.created_by_name = created_by_name;
    cost.submitted_by_name = submitted_by_name;
    cost.approved_by_name = approved_by_name;
    cost.submissions = submissions;
    return cost;
  }
};
struct FindExpenditure : SelectExpenditure {
  explicit FindExpenditure(soci::session& sql) : SelectExpenditure(sql, "") {}
};
struct LockExpenditure : SelectExpenditure {
  explicit LockExpenditure(soci::session& sql) : SelectExpenditure(sql, " FOR UPDATE OF e") {}
};

// The label says where a part goes in words: the grant, and of a claim its line.
struct SelectAllocations {
  long long of = 0, id = 0, fund_id = 0, amount = 0, reversed = 0, grant_reversed = 0;
  int position = 0;
  std::string used_as, label, fund_name;
  OptionalId grant_id, line_id, commitment_id, partner_id, grant_minor;
  OptionalText grant_currency, category, reason;
  soci::statement statement;

  explicit SelectAllocations(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT a.id, a.position, a.used_as, a.grant_id, a.budget_line_id, a.commitment_id, a.fund_id, f.name,
                 a.amount_minor, a.grant_currency, a.grant_minor, a.reversed_minor, a.grant_reversed_minor,
                 a.ineligible_reason, a.category_code, a.partner_id,
                 CASE a.used_as
                   WHEN 'own' THEN f.name
                   ELSE concat_ws(': ', g.title, NULLIF(concat_ws(', ', NULLIF(l.work_package, ''),
                                                                  k.code || ' ' || k.name, o.name,
                                                                  NULLIF(l.description, '')), '')) END
          FROM expenditure_allocations a
          JOIN funds f ON f.id = a.fund_id
          LEFT JOIN grants g ON g.id = a.grant_id
          LEFT JOIN budget_lines l ON l.id = a.budget_line_id
          LEFT JOIN grant_categories k ON k.grant_id = a.grant_id AND k.code = COALESCE(l.category_code, a.category_code)
          LEFT JOIN grant_partners p ON p.id = COALESCE(l.partner_id, a.partner_id)
          LEFT JOIN organisations o ON o.id = p.organisation_id
          WHERE a.expenditure_id = :of
          ORDER BY a.position)",
                   soci::use(of, "of"), soci::into(id), soci::into(position), soci::into(used_as),
                   soci::into(grant_id), soci::into(line_id), soci::into(commitment_id), soci::into(fund_id),
                   soci::into(fund_name), soci::into(amount), soci::into(grant_currency), soci::into(grant_minor),
                   soci::into(reversed), soci::into(grant_reversed), soci::into(reason), soci::into(category),
                   soci::into(partner_id), soci::into(label))) {}
};

void read_allocations(Session& session, Expenditure& cost) {
  auto& row = session.prepared<SelectAllocations>();
  row.of = cost.id;
  row.statement.execute();
  while (row.statement.fetch()) {
    Allocation allocation{{.row = "allocations." + std::to_string(row.position - 1),
                           .used_as = row.used_as,
                           .grant_id = id_of(row.grant_id),
                           .budget_line_id = id_of(row.line_id),
                           .commitment_id = id_of(row.commitment_id),
                           .fund_id = row.fund_id,
                           .category_code = row.category,
                           .partner_id = id_of(row.partner_id),
                           .ineligible_reason = row.reason,
                           .amount = {row.amount, cost.amount.currency}}};
    allocation.id = row.id;
    allocation.position = row.position;
    allocation.label = row.label;
    allocation.used_fund_id = row.fund_id;
    allocation.fund_name = row.fund_name;
    if (row.grant_currency) allocation.grant_currency = Currency::of(*row.grant_currency);
    allocation.grant_minor = id_of(row.grant_minor);
    allocation.reversed_minor = row.reversed;
    allocation.grant_reversed_minor = row.grant_reversed;
    cost.allocations.push_back(std::move(allocation));
  }
}

template <typename Select>
Result<Expenditure> read_one(Session& session, std::int64_t id) {
  auto& row = session.prepared<Select>();
  row.id = id;
  if (!row.statement.execute(true)) return not_found("expenditure_not_found", "There is no such expenditure.");
  auto cost = row.expenditure();
  read_allocations(session, cost);
  return cost;
}

// An array literal of ids; NULL where there is none.
template <typename Rows, typename Get>
std::string id_array(const Rows& rows, Get get) {
  std::string text = "{";
  for (const auto& row : rows) {
    const std::optional<std::int64_t> id = get(row);
    text += (text.size() > 1 ? "," : "") + (id ? std::to_string(*id) : std::string("NULL"));
  }
  return text + "}";
}

// An array literal of texts, quoted.
template <typename Rows, typename Get>
std::string text_array(const Rows& rows, Get get) {
  std::string text = "{";
  for (const auto& row : rows) {
    const std::optional<std::string> value = get(row);
    text += text.size() > 1 ? "," : "";
    if (!value) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

void find_lines(soci::session& sql, const std::vector<NewAllocation>& allocations, AllocationTargets& targets) {
  const auto lines = id_array(allocations, [](const auto& a) { return a.budget_line_id; });
  const auto orders = id_array(allocations, [](const auto& a) { return a.commitment_id; });
  long long id = 0, root = 0, grant = 0, is_order = 0;
  soci::statement rows = (sql.prepare << R"(
      SELECT l.id, l.root_id, v.grant_id, 0
      FROM budget_lines l
      JOIN budget_versions v ON v.id = l.budget_version_id
      WHERE l.id = ANY (:lines::bigint[])
      UNION ALL
      SELECT c.id, c.budget_line_id, c.grant_id, 1
      FROM commitments c
      WHERE c.id = ANY (:orders::bigint[])
        AND c.state = 'open')",
                          soci::use(lines, "lines"), soci::use(orders, "orders"), soci::into(id), soci::into(root),
                          soci::into(grant), soci::into(is_order));
  rows.execute();
  while (rows.fetch()) {
    if (is_order == 1) {
      targets.commitments[id] = root;
      targets.lines[root] = {root, grant};
    } else {
      targets.lines[id] = {root, grant};
    }
  }
}

void find_grants(soci::session& sql, const std::vector<std::int64_t>& ids, AllocationTargets& targets) {
  const auto wanted = id_array(ids, [](std::int64_t id) { return std::optional(id); });
  long long id = 0;
  OptionalId fund_id;
  std::string currency, programme;
  soci::statement rows = (sql.prepare << R"(
      SELECT id, currency, fund_id, programme_code FROM grants WHERE id = ANY (:wanted::bigint[]))",
                          soci::use(wanted, "wanted"), soci::into(id), soci::into(currency), soci::into(fund_id),
                          soci::into(programme));
  rows.execute();
  while (rows.fetch()) targets.grants.insert({id, {Currency::of(currency), id_of(fund_id), programme}});
}

void find_funds(soci::session& sql, const std::vector<NewAllocation>& allocations, AllocationTargets& targets) {
  const auto wanted = id_array(allocations, [](const auto& a) { return a.fund_id; });
  long long id = 0, general = 0;
  int unrestricted = 0, of_a_grant = 0;
  soci::statement rows = (sql.prepare << R"(
      SELECT f.id, (f.restriction = 'unrestricted')::int, EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)::int,
             (SELECT min(id) FROM funds WHERE restriction = 'unrestricted')
      FROM funds f
      WHERE f.id = ANY (:wanted::bigint[])
         OR f.id = (SELECT min(id) FROM funds WHERE restriction = 'unrestricted'))",
                          soci::use(wanted, "wanted"), soci::into(id), soci::into(unrestricted),
                          soci::into(of_a_grant), soci::into(general));
  rows.execute();
  while (rows.fetch()) {
    targets.funds[id] = {unrestricted != 0, of_a_grant != 0};
    targets.general_fund_id = general;
  }
}

// What is entered, as columns; insert and update bind the same.
struct Columns {
  OptionalId supplier, factor, personnel_cost, days;
  OptionalText paid_on, person, works_from, works_to, in_kind_of, valuation_basis;
  std::string document_on, currency;
  long long amount = 0;
  int counts = 0;

  explicit Columns(const NewExpenditure& cost)
      : supplier(sql_id(cost.supplier_id)),
        document_on(to_string(cost.document_on)),
        currency(cost.amount.currency.code()),
        amount(cost.amount.minor),
        counts(cost.counts_to_ceiling ? 1 : 0) {
    if (cost.paid_on) paid_on = to_string(*cost.paid_on);
    if (cost.staff) {
      person = cost.staff->person;
      works_from = to_string(cost.staff->worked.first);
      works_to = to_string(cost.staff->worked.last);
      factor = cost.staff->working_time_factor.basis_points;
      personnel_cost = cost.staff->personnel_cost.minor;
      days = cost.staff->days_hundredths;
    }
    if (cost.in_kind) {
      in_kind_of = cost.in_kind->of;
      valuation_basis = cost.in_kind->valuation_basis;
    }
  }
};

}  // namespace

Result<Expenditure> find_expenditure(Session& session, std::int64_t id) { return read_one<FindExpenditure>(session, id); }

Result<Expenditure> lock_expenditure(Transaction& transaction, std::int64_t id) {
  return read_one<LockExpenditure>(transaction.session, id);
}

AllocationTargets find_allocation_targets(Session& session, const std::vector<NewAllocation>& allocations) {
  AllocationTargets targets;
  find_lines(session.sql(), allocations, targets);
  std::vector<std::int64_t> grants;
  for (const auto& allocation : allocations) {
    if (allocation.grant_id) grants.push_back(*allocation.grant_id);
  }
  for (const auto& [id, line] : targets.lines) grants.push_back(line.grant_id);
  find_grants(session.sql(), grants, targets);
  find_funds(session.sql(), allocations, targets);
  return targets;
}

std::int64_t insert_expenditure(Transaction& transaction, const NewExpenditure& cost) {
  const Columns c(cost);
  long long id = 0, actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO expenditures (kind, supplier_id, document_number, document_on, paid_on, description, currency,
                              amount_minor, person, works_from, works_to, working_time_factor_bp, personnel_cost_minor,
                              person_days_hundredths, counts_to_ceiling, in_kind_of, valuation_basis, created_by)
    VALUES (:kind, :supplier, :number, :document_on::date, :paid_on::date, :description, :currency, :amount, :person,
            :works_from::date, :works_to::date, :factor, :personnel_cost, :days, :counts::int = 1, :in_kind_of, :basis,
            NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(cost.kind, "kind"), soci::use(c.supplier, "supplier"), soci::use(cost.document_number, "number"),
      soci::use(c.document_on, "document_on"), soci::use(c.paid_on, "paid_on"),
      soci::use(cost.description, "description"), soci::use(c.currency, "currency"), soci::use(c.amount, "amount"),
      soci::use(c.person, "person"), soci::use(c.works_from, "works_from"), soci::use(c.works_to, "works_to"),
      soci::use(c.factor, "factor"), soci::use(c.personnel_cost, "personnel_cost"), soci::use(c.days, "days"),
      soci::use(c.counts, "counts"), soci::use(c.in_kind_of, "in_kind_of"), soci::use(c.valuation_basis, "basis"),
      soci::use(actor, "actor"), soci::into(id);
  return id;
}

void update_expenditure(Transaction& transaction, std::int64_t expenditure, const NewExpenditure& cost) {
  const Columns c(cost);
  long long id = expenditure;
  transaction.sql() << R"(
    UPDATE expenditures
    SET kind = :kind,
        supplier_id = :supplier,
        document_number = :number,
        document_on = :document_on::date,
        paid_on = :paid_on::date,
        description = :description,
        currency = :currency,
        amount_minor = :amount,
        person = :person,
        works_from = :works_from::date,
        works_to = :works_to::date,
        working_time_factor_bp = :factor,
        personnel_cost_minor = :personnel_cost,
        person_days_hundredths = :days,
        counts_to_ceiling = :counts::int = 1,
        in_kind_of = :in_kind_of,
        valuation_basis = :basis,
        version = version + 1
    WHERE id = :id)",
      soci::use(cost.kind, "kind"), soci::use(c.supplier, "supplier"), soci::use(cost.document_number, "number"),
      soci::use(c.document_on, "document_on"), soci::use(c.paid_on, "paid_on"),
      soci::use(cost.description, "description"), soci::use(c.currency, "currency"), soci::use(c.amount, "amount"),
      soci::use(c.person, "person"), soci::use(c.works_from, "works_from"), soci::use(c.works_to, "works_to"),
      soci::use(c.factor, "factor"), soci::use(c.personnel_cost, "personnel_cost"), soci::use(c.days, "days"),
      soci::use(c.counts, "counts"), soci::use(c.in_kind_of, "in_kind_of"), soci::use(c.valuation_basis, "basis"),
      soci::use(id, "id");
}

void replace_allocations(Transaction& transaction, std::int64_t expenditure, Date document_on,
                         const std::vector<NewAllocation>& allocations) {
  long long id = expenditure;
  transaction.sql() << "DELETE FROM expenditure_allocations WHERE expenditure_id = :id", soci::use(id, "id");
  if (allocations.empty()) return;
  const auto ids = [&](auto member) {
    return id_array(allocations, [member](const auto& a) { return a.*member; });
  };
  const auto uses = text_array(allocations, [](const auto& a) { return std::optional(a.used_as); });
  const auto grants = ids(&NewAllocation::grant_id), lines = ids(&NewAllocation::budget_line_id);
  const auto orders = ids(&NewAllocation::commitment_id), funds = ids(&NewAllocation::fund_id);
  const auto partners = ids(&NewAllocation::partner_id);
  const auto categories = text_array(allocations, [](const auto& a) { return a.category_code; });
  const auto reasons = text_array(allocations, [](const auto& a) { return a.ineligible_reason; });
  const auto amounts = id_array(allocations, [](const auto& a) { return std::optional(a.amount.minor); });
  const std::string currency(allocations.front().amount.currency.code());
  const auto day = to_string(document_on);
  transaction.sql() << R"(
    INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, budget_line_id, commitment_id,
                                         fund_id, category_code, partner_id, ineligible_reason, amount_minor,
                                         grant_currency, grant_minor)
    SELECT :id, a.position, a.used_as, a.grant_id, a.line_id, a.order_id, a.fund_id, a.category, a.partner_id, a.reason,
           a.amount, g.currency, grant_minor_of(a.grant_id, a.amount, :currency, :day::date)
    FROM unnest(:uses::text[], :grants::bigint[], :lines::bigint[], :orders::bigint[], :funds::bigint[],
                :categories::text[], :partners::bigint[], :reasons::text[], :amounts::bigint[])
         WITH ORDINALITY AS a (used_as, grant_id, line_id, order_id, fund_id, category, partner_id, reason, amount, position)
    LEFT JOIN grants g ON g.id = a.grant_id)",
      soci::use(id, "id"), soci::use(currency, "currency"), soci::use(day, "day"), soci::use(uses, "uses"),
      soci::use(grants, "grants"), soci::use(lines, "lines"), soci::use(orders, "orders"), soci::use(funds, "funds"),
      soci::use(categories, "categories"), soci::use(partners, "partners"), soci::use(reasons, "reasons"),
      soci::use(amounts, "amounts");
}

void rate_allocations(Transaction& transaction, std::int64_t expenditure) {
  long long id = expenditure;
  transaction.sql() << R"(
    UPDATE expenditure_allocations a
    SET grant_minor = grant_minor_of(a.grant_id, a.amount_minor, e.currency, e.document_on)
    FROM expenditures e
    WHERE e.id = a.expenditure_id
      AND e.id = :id
      AND a.grant_id IS NOT NULL
      AND a.grant_currency <> e.currency)",
      soci::use(id, "id");
}

void update_to_submitted(Transaction& transaction, std::int64_t expenditure) {
  long long id = expenditure, actor = transaction.actor.id;
  transaction.sql() << R"(
    UPDATE expenditures
    SET state = 'submitted',
        submitted_by = :actor,
        returned_reason = NULL,
        version = version + 1
    WHERE id = :id)",
      soci::use(actor, "actor"), soci::use(id, "id");
}

void update_to_approved(Transaction& transaction, std::int64_t expenditure, std::int64_t entry) {
  long long id = expenditure, actor = transaction.actor.id, entry_id = entry;
  transaction.sql() << R"(
    UPDATE expenditures
    SET state = 'approved',
        approved_by = :actor,
        approved_at = now(),
        entry_id = :entry_id,
        version = version + 1
    WHERE id = :id)",
      soci::use(actor, "actor"), soci::use(entry_id, "entry_id"), soci::use(id, "id");
}

void update_expenditure_state(Transaction& transaction, std::int64_t expenditure, std::string_view state,
                              std::string_view reason) {
  long long id = expenditure;
  const std::string to(state), why(reason);
  transaction.sql() << R"(
    UPDATE expenditures
    SET state = :state,
        returned_reason = NULLIF(:reason, ''),
        version = version + 1
    WHERE id = :id)",
      soci::use(to, "state"), soci::use(why, "reason"), soci::use(id, "id");
}

void update_payment(Transaction& transaction, std::int64_t expenditure, Date paid_on, std::int64_t entry) {
  long long id = expenditure, entry_id = entry;
  const auto day = to_string(paid_on);
  transaction.sql() << R"(
    UPDATE expenditures
    SET paid_on = :paid_on::date,
        payment_entry_id = :entry_id,
        version = version + 1
    WHERE id = :id)",
      soci::use(day, "paid_on"), soci::use(entry_id, "entry_id"), soci::use(id, "id");
}

std::optional<std::int64_t> find_same_document(Session& session, const ExpenditureFacts& cost, std::int64_t except) {
  if (!cost.document_number) return std::nullopt;
  long long id = 0, not_this = except;
  const auto supplier = sql_id(cost.supplier_id);
  const auto person = cost.staff ? OptionalText(cost.staff->person) : std::nullopt;
  const auto day = to_string(cost.document_on);
  // The same words as the two unique indexes, and through them.
  session.sql() << R"(
    SELECT id
    FROM expenditures
    WHERE (supplier_id = :supplier OR (kind = 'staff' AND lower(person) = lower(:person::text)))
      AND document_key = regexp_replace(lower(:number::text), '[[:space:][:punct:]]', '', 'g')
      AND document_on = :day::date
      AND state <> 'withdrawn'
      AND reversed_minor < amount_minor
      AND id <> :not_this
    ORDER BY id
    LIMIT 1)",
      soci::use(supplier, "supplier"), soci::use(person, "person"), soci::use(*cost.document_number, "number"),
      soci::use(day, "day"), soci::use(not_this, "not_this"), soci::into(id);
  return session.sql().got_data() ? std::optional<std::int64_t>(id) : std::nullopt;
}

}  // namespace kindling
