#include <algorithm>

#include <soci/soci.h>

#include "reports/receipt_register/receipt_register.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

ReceiptRegister query_receipt_register(const SealedSnapshot& snapshot, const ReceiptRegisterRequest& request) {
  ReceiptRegister report{.year = request.year, .platform = request.platform, .currency = request.currency,
                         .ledger_position = snapshot.position(), .ledger_hash = snapshot.hash(),
                         .sealed_at_s = snapshot.sealed_at_s(), .rows = {}, .lines_minor = {}};
  auto& sql = snapshot.session().sql();
  const auto& known_at = snapshot.known_at();
  std::string number, issued_on, reference, currency;
  std::optional<int> covers_year;
  long long last = 0, gifts = 0, copies = 0, amount = 0, lines = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT r.year || '-' || lpad(r.number::text, 6, '0'),
           r.number,
           r.covers_year,
           r.issued_on::text,
           o.reference,
           (SELECT count(*) FROM donation_receipt_lines l WHERE l.receipt_id = r.id),
           (SELECT count(*) FROM donation_receipt_copies c WHERE c.receipt_id = r.id AND c.issued_at <= :known_at::timestamptz),
           r.currency,
           r.amount_minor
    FROM donation_receipts r
    JOIN donors o ON o.id = r.donor_id
    WHERE r.year = :year
      AND r.issued_at <= :known_at::timestamptz
    ORDER BY r.number)",
                          soci::into(number), soci::into(last), soci::into(covers_year), soci::into(issued_on),
                          soci::into(reference), soci::into(gifts), soci::into(copies), soci::into(currency),
                          soci::into(amount), soci::use(known_at, "known_at"), soci::use(request.year, "year"));
  rows.execute();
  while (rows.fetch()) {
    report.rows.push_back({number, covers_year, Date::of(issued_on), reference, gifts, copies, {amount, Currency::of(currency)}});
    report.last_number = std::max<std::int64_t>(report.last_number, last);
  }
  soci::statement sums = (sql.prepare << R"(
    SELECT d.currency, sum(l.amount_minor)::bigint
    FROM donation_receipts r
    JOIN donation_receipt_lines l ON l.receipt_id = r.id
    JOIN donations d ON d.id = l.donation_id
    WHERE r.year = :year
      AND r.issued_at <= :known_at::timestamptz
    GROUP BY d.currency)",
                          soci::into(currency), soci::into(lines), soci::use(request.year, "year"),
                          soci::use(known_at, "known_at"));
  sums.execute();
  while (sums.fetch()) report.lines_minor[Currency::of(currency)] = lines;
  return report;
}

}  // namespace kindling
