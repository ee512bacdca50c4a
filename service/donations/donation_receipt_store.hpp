// All SQL of receipts. Numbers are the database's: taken under the lock of their year, in the same transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "donations/donation_receipt.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

struct DonationReceiptList {
  std::vector<DonationReceipt> receipts;  // without lines and copies
  std::string next_cursor;
};
// Newest first. Filter: year. One statement.
Result<DonationReceiptList> list_receipts(Session& session, const ListQuery& query);
// kNotFound "receipt_not_found".
Result<DonationReceipt> find_receipt(Session& session, std::int64_t id);

struct NewDonationReceipt {
  std::string kind;
  std::int64_t donor_id = 0;
  Date issued_on;
  std::optional<int> covers_year;
  std::vector<std::int64_t> donation_ids;
};
// Takes the next number. The amount is what is left of the gifts; the database refuses a gift that is not the donor's,
// did not clear or is on a receipt already. All are of `currency`.
std::int64_t insert_receipt(Transaction& transaction, const NewDonationReceipt& receipt, const std::string& currency);
void insert_receipt_copy(Transaction& transaction, std::int64_t receipt_id, Date issued_on, const std::string& reason);

// What is to be receipted of a year: per donor (those merged counted as one) and currency, the gifts on no receipt yet.
struct Receiptable {
  std::int64_t donor_id;
  std::string currency;
  std::vector<std::int64_t> donation_ids;
};
std::vector<Receiptable> list_receiptable(Session& session, int year, std::int64_t donor_id);  // donor 0: all

}  // namespace kindling
