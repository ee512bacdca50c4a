#include <algorithm>

#include <soci/soci.h>

#include "reports/receipt_register/receipt_register.hpp"
#include "storage/database.hpp"

namespace kindling {

ReceiptRegister query_receipt_register(Session& session, int year, std::string platform) {
  ReceiptRegister report{.year = year, .platform = std::move(platform), .issued_at_s = 0, .rows = {}, .missing = 0};
  std::string number, kind, issued_on, reference, currency;
  long long gifts = 0, copies = 0, amount = 0, issued_at = 0, last = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT r.year || '-' || lpad(r.number::text, 6, '0'),
           r.number,
           r.kind,
           r.issued_on::text,
           o.reference,
           (SELECT count(*) FROM donation_receipt_lines l WHERE l.receipt_id = r.id),
           (SELECT count(*) FROM donation_receipt_copies c WHERE c.receipt_id = r.id),
           r.currency,
           r.amount_minor,
           extract(epoch FROM r.issued_at)::bigint
    FROM donation_receipts r
    JOIN donors o ON o.id = r.donor_id
    WHERE r.year = :year
    ORDER BY r.number)",
                          soci::into(number), soci::into(last), soci::into(kind), soci::into(issued_on),
                          soci::into(reference), soci::into(gifts), soci::into(copies), soci::into(currency),
                          soci::into(amount), soci::into(issued_at), soci::use(year, "year"));
  rows.execute();
  while (rows.fetch()) {
    report.rows.push_back({number, kind, Date::of(issued_on), reference, gifts, copies, {amount, Currency::of(currency)}});
    report.issued_at_s = std::max<std::int64_t>(report.issued_at_s, issued_at);
  }
  report.missing = last - static_cast<std::int64_t>(report.rows.size());
  return report;
}

}  // namespace kindling
