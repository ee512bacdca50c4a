#include "spending/expenditure_store.hpp"

#include <soci/soci.h>

#include "spending/allocation_store.hpp"
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
  OptionalId supplier_id, paid, personnel_cost, days, factor, entry_id, payment_entry_id, created_by, submitted_by,
      another_than;
  OptionalText document_number, paid_on, paid_currency, person, works_from, works_to, in_kind_of, valuation_basis,
      another_because;
  soci::statement statement;

  SelectExpenditure(soci::session& sql, const char* lock)
      : statement((sql.prepare << std::string(R"(
          SELECT e.version, e.kind, e.state, e.supplier_id, COALESCE(o.name, ''), e.document_number,
                 e.document_on::text, e.paid_on::text, e.description, e.currency, e.amount_minor, e.reversed_minor,
                 e.person, e.works_from::text, e.works_to::text, e.working_time_factor_bp::bigint,
                 e.personnel_cost_minor, e.person_days_hundredths::bigint, e.counts_to_ceiling::int, e.in_kind_of,
                 e.valuation_basis, COALESCE(e.returned_reason, ''), e.entry_id, e.payment_entry_id, e.created_by,
                 e.submitted_by, COALESCE(c.name, ''), COALESCE(s.name, ''), COALESCE(a.name, ''), e.submissions,
                 e.paid_currency, e.paid_minor, e.another_than_id, e.another_because
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
                   soci::into(approved_by_name), soci::into(submissions), soci::into(paid_currency),
                   soci::into(paid), soci::into(another_than), soci::into(another_because))) {}

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
    if (paid) cost.paid = Money{*paid, Currency::of(*paid_currency)};
    if (kind == "in_kind") {
      cost.in_kind = InKind{.of = *in_kind_of, .valuation_basis = *valuation_basis, .another_than_id = id_of(another_than),
                            .another_because = another_because.value_or("")};
    }
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

template <typename Select>
Result<Expenditure> read_one(Session& session, std::int64_t id) {
  auto& row = session.prepared<Select>();
  row.id = id;
  if (!row.statement.execute(true)) return not_found("expenditure_not_found", "There is no such expenditure.");
  auto cost = row.expenditure();
  cost.allocations = list_allocations(session, cost);
  return cost;
}

// What is entered, as columns; insert and update bind the same.
struct Columns {
  OptionalId supplier, paid, factor, personnel_cost, days, another_than;
  OptionalText paid_on, paid_currency, person, works_from, works_to, in_kind_of, valuation_basis, another_because;
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
    if (cost.paid) {
      paid = cost.paid->minor;
      paid_currency = std::string(cost.paid->currency.code());
    }
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
      another_than = sql_id(cost.in_kind->another_than_id);
      if (another_than) another_because = cost.in_kind->another_because;
    }
  }
};

}  // namespace

Result<Expenditure> find_expenditure(Session& session, std::int64_t id) { return read_one<FindExpenditure>(session, id); }

Result<Expenditure> lock_expenditure(Transaction& transaction, std::int64_t id) {
  return read_one<LockExpenditure>(transaction.session, id);
}

std::int64_t insert_expenditure(Transaction& transaction, const NewExpenditure& cost) {
  const Columns c(cost);
  long long id = 0, actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO expenditures (kind, supplier_id, document_number, document_on, paid_on, paid_currency, paid_minor,
                              description, currency, amount_minor, person, works_from, works_to, working_time_factor_bp, personnel_cost_minor,
                              person_days_hundredths, counts_to_ceiling, in_kind_of, valuation_basis, another_than_id,
                              another_because, created_by)
    VALUES (:kind, :supplier, :number, :document_on::date, :paid_on::date, :paid_currency, :paid, :description, :currency, :amount, :person,
            :works_from::date, :works_to::date, :factor, :personnel_cost, :days, :counts::int = 1, :in_kind_of, :basis,
            :another_than, :another_because, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(cost.kind, "kind"), soci::use(c.supplier, "supplier"), soci::use(cost.document_number, "number"),
      soci::use(c.document_on, "document_on"), soci::use(c.paid_on, "paid_on"),
      soci::use(c.paid_currency, "paid_currency"), soci::use(c.paid, "paid"),
      soci::use(cost.description, "description"), soci::use(c.currency, "currency"), soci::use(c.amount, "amount"),
      soci::use(c.person, "person"), soci::use(c.works_from, "works_from"), soci::use(c.works_to, "works_to"),
      soci::use(c.factor, "factor"), soci::use(c.personnel_cost, "personnel_cost"), soci::use(c.days, "days"),
      soci::use(c.counts, "counts"), soci::use(c.in_kind_of, "in_kind_of"), soci::use(c.valuation_basis, "basis"),
      soci::use(c.another_than, "another_than"), soci::use(c.another_because, "another_because"),
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
        paid_currency = :paid_currency,
        paid_minor = :paid,
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
        another_than_id = :another_than,
        another_because = :another_because,
        version = version + 1
    WHERE id = :id)",
      soci::use(cost.kind, "kind"), soci::use(c.supplier, "supplier"), soci::use(cost.document_number, "number"),
      soci::use(c.document_on, "document_on"), soci::use(c.paid_on, "paid_on"),
      soci::use(c.paid_currency, "paid_currency"), soci::use(c.paid, "paid"),
      soci::use(cost.description, "description"), soci::use(c.currency, "currency"), soci::use(c.amount, "amount"),
      soci::use(c.person, "person"), soci::use(c.works_from, "works_from"), soci::use(c.works_to, "works_to"),
      soci::use(c.factor, "factor"), soci::use(c.personnel_cost, "personnel_cost"), soci::use(c.days, "days"),
      soci::use(c.counts, "counts"), soci::use(c.in_kind_of, "in_kind_of"), soci::use(c.valuation_basis, "basis"),
      soci::use(c.another_than, "another_than"), soci::use(c.another_because, "another_because"),
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

std::optional<std::int64_t> find_same_gift(Session& session, const ExpenditureFacts& cost, std::int64_t except) {
  if (!cost.in_kind) return std::nullopt;
  long long not_this = except, minor = cost.amount.minor;
  const auto giver = sql_id(cost.supplier_id);
  const auto day = to_string(cost.document_on);
  const std::string currency(cost.amount.currency.code());
  OptionalId id;
  session.sql() << R"(
    SELECT same_in_kind(:giver, :day::date, :what, :currency, :minor,
                        regexp_replace(lower(:number::text), '[[:space:][:punct:]]', '', 'g'), :not_this))",
      soci::use(giver, "giver"), soci::use(day, "day"), soci::use(cost.in_kind->of, "what"),
      soci::use(currency, "currency"), soci::use(minor, "minor"), soci::use(cost.document_number, "number"),
      soci::use(not_this, "not_this"), soci::into(id);
  return id_of(id);
}

}  // namespace kindling
