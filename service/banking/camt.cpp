#include "banking/camt.hpp"

#include <algorithm>
#include <climits>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <expat.h>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::string_view kNamespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";
constexpr std::string_view kStatementPath = "/Document/BkToCstmrStmt/Stmt";
constexpr std::size_t kTextBytesMax = 2'000;  // the schemas allow 500 characters
constexpr std::size_t kLineTextBytesMax = 4'000;
constexpr std::size_t kPathBytesMax = 200;    // in messages

struct Amount {
  std::string text;
  std::string currency;
};

struct Balance {
  std::string type;
  Amount amount;
  std::string direction;
  std::string date;
};

struct Party {
  std::string name;
  std::string iban;
};

struct Details {  // TxDtls
  Amount amount;           // TxDtls/Amt, or AmtDtls/TxAmt/Amt in the older versions
  Amount older_amount;
  std::string direction;
  std::string reference, end_to_end_id, structured_reference, text, more_text;
  Party debtor, creditor;
};

struct Entry {  // Ntry
  Amount amount;
  std::string direction, status, reversal, booked_on, value_on, bank_reference, text;
  std::vector<Details> details;
};

// One statement as far as it was read; turned into a Statement at its end tag.
struct Draft {
  std::string identification, iban, currency, from, to;
  std::vector<Balance> balances;
  std::vector<BankStatementLine> lines;
};

class Reader {
 public:
  Reader() : parser_(XML_ParserCreateNS(nullptr, '|'), XML_ParserFree) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          static_cast<Reader*>(self)->begin(name, attributes);
        },
        [](void* self, const XML_Char*) { static_cast<Reader*>(self)->end(); });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const XML_Char* text, int bytes) {
      static_cast<Reader*>(self)->characters({text, static_cast<std::size_t>(bytes)});
    });
    XML_SetStartDoctypeDeclHandler(
        parser_.get(), [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
          static_cast<Reader*>(self)->fail("doctype_refused",
                                           "the file declares a document type, which a bank's statement never does.");
        });
  }

  Result<std::vector<Statement>> read(std::string_view bytes) {
    // One call: expat would scan an unfinished tag again for each further piece. Its limit is an int.
    if (bytes.size() > INT_MAX) return invalid_field("file", "too_large", "This file is too large.");
    const auto status = XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE);
    if (!error_ && status != XML_STATUS_OK) fail_syntax();
    if (!error_ && statements_.empty()) fail("missing", "the file has no statement (Stmt).");
    if (error_) return *std::move(error_);
    return std::move(statements_);
  }

 private:

  // ---- the document's walk ----

  void begin(std::string_view name, const XML_Char** attributes) {
    if (error_) return;
    const auto bar = name.rfind('|');
    const auto space = bar == std::string_view::npos ? std::string_view() : name.substr(0, bar);
    const auto local = bar == std::string_view::npos ? name : name.substr(bar + 1);
    if (lengths_.size() == kCamtDepthMax) {
      return fail("too_deep", "elements are nested deeper than " + std::to_string(kCamtDepthMax) + ".");
    }
    lengths_.push_back(path_.size());
    // What stands in another namespace (supplementary data) has a path that nothing asks for.
    path_ += (lengths_.size() == 1 || space == namespace_) ? "/" : "/?";
    path_ += local;
    int count = 0;
    while (attributes[2 * count] != nullptr) ++count;
    if (count > kCamtAttributesMax) {
      return fail("too_many_attributes", "an element has more than " + std::to_string(kCamtAttributesMax) +
                                             " attributes.");
    }
    if (lengths_.size() == 1) return begin_document(space, local);
    if (lengths_.size() == 2 && path_ != "/Document/BkToCstmrStmt") {
      return fail("not_camt053", "this is no bank statement: /Document/BkToCstmrStmt is expected.");
    }
    text_.clear();
    if (!path_.starts_with(kStatementPath)) return;
    begin_in_statement(std::string_view(path_).substr(kStatementPath.size()), attributes);
  }

  void begin_document(std::string_view space, std::string_view local) {
    namespace_ = space;
    if (local != "Document" || !space.starts_with(kNamespace)) {
      return fail("not_camt053", "this is no camt.053 statement. Ask the bank for camt.053, or upload its CSV.");
    }
    const auto version = space.substr(kNamespace.size());
    if (version.size() != 2 || version < "02" || version > "08") {
      fail("unknown_version", "camt.053 is read in the versions 02 to 08; this is " +
                                  std::string(version.substr(0, 10)) + ".");
    }
  }

  void begin_in_statement(std::string_view at, const XML_Char** attributes) {
    if (at.empty()) {
      draft_ = Draft{};
    } else if (at == "/Bal") {
      draft_.balances.emplace_back();
    } else if (at == "/Ntry") {
      entry_ = Entry{};
    } else if (at == "/Ntry/NtryDtls/TxDtls") {
      entry_.details.emplace_back();
      if (draft_.lines.size() + entry_.details.size() > kCamtLinesMax) fail_many();
    }
    if (auto* amount = amount_at(at)) {
      for (int i = 0; attributes[i] != nullptr; i += 2) {
        if (std::string_view(attributes[i]) == "Ccy") amount->currency = std::string(attributes[i + 1]).substr(0, 8);
      }
    }
  }

  void characters(std::string_view text) {
    if (error_) return;
    // Longer than any element that is read may be; the rest of a long one that nothing asks for is dropped.
    if (text_.size() + text.size() <= kTextBytesMax) text_ += text;
  }

  void end() {
    if (error_) return;
    if (path_.starts_with(kStatementPath)) {
      const auto at = std::string_view(path_).substr(kStatementPath.size());
      if (auto* slot = slot_at(at); slot != nullptr && slot->empty()) *slot = trimmed(text_);
      else if (auto* amount = amount_at(at)) amount->text = trimmed(text_);
      else if (at == "/Ntry/NtryDtls/TxDtls/RmtInf/Ustrd") add_text(entry_.details.back().text);
      if (at == "/Ntry") end_entry();
      if (at.empty()) end_statement();
    }
    if (error_) return;
    text_.clear();
    path_.resize(lengths_.back());
    lengths_.pop_back();
  }

  // Unstructured text comes in several lines.
  void add_text(std::string& all) {
    const auto more = trimmed(text_);
    if (more.empty() || all.size() + more.size() > kLineTextBytesMax) return;
    all += (all.empty() ? "" : " ") + std::string(more);
  }

  // ---- where things stand, below Stmt ----

  Amount* amount_at(std::string_view at) {
    if (at == "/Bal/Amt") return &draft_.balances.back().amount;
    if (at == "/Ntry/Amt") return &entry_.amount;
    if (at == "/Ntry/NtryDtls/TxDtls/Amt") return &entry_.details.back().amount;
    if (at == "/Ntry/NtryDtls/TxDtls/AmtDtls/TxAmt/Amt") return &entry_.details.back().older_amount;
    return nullptr;
  }

  std::string* slot_at(std::string_view at) {
    static constexpr std::string_view kDetails = "/Ntry/NtryDtls/TxDtls";
    if (at.starts_with(kDetails) && !entry_.details.empty()) {
      return details_slot_at(at.substr(kDetails.size()), entry_.details.back());
    }
    if (at.starts_with("/Ntry")) return entry_slot_at(at.substr(5));
    if (at.starts_with("/Bal") && !draft_.balances.empty()) {
      auto& balance = draft_.balances.back();
      if (at == "/Bal/Tp/CdOrPrtry/Cd") return &balance.type;
      if (at == "/Bal/CdtDbtInd") return &balance.direction;
      if (at == "/Bal/Dt/Dt" || at == "/Bal/Dt/DtTm") return &balance.date;
      return nullptr;
    }
    if (at == "/Id") return &draft_.identification;
    if (at == "/Acct/Id/IBAN") return &draft_.iban;
    if (at == "/Acct/Ccy") return &draft_.currency;
    if (at == "/FrToDt/FrDtTm") return &draft_.from;
    if (at == "/FrToDt/ToDtTm") return &draft_.to;
    return nullptr;
  }

  std::string* entry_slot_at(std::string_view at) {
    if (at == "/CdtDbtInd") return &entry_.direction;
    if (at == "/Sts" || at == "/Sts/Cd") return &entry_.status;  // text up to version 07, a choice from 08 on
    if (at == "/RvslInd") return &entry_.reversal;
    if (at == "/BookgDt/Dt" || at == "/BookgDt/DtTm") return &entry_.booked_on;
    if (at == "/ValDt/Dt" || at == "/ValDt/DtTm") return &entry_.value_on;
    if (at == "/AcctSvcrRef") return &entry_.bank_reference;
    if (at == "/AddtlNtryInf") return &entry_.text;
    return nullptr;
  }

  static std::string* details_slot_at(std::string_view at, Details& details) {
    if (at == "/CdtDbtInd") return &details.direction;
    if (at == "/Refs/AcctSvcrRef" || at == "/Refs/TxId") return &details.reference;
    if (at == "/Refs/EndToEndId") return &details.end_to_end_id;
    if (at == "/RmtInf/Strd/CdtrRefInf/Ref") return &details.structured_reference;
    if (at == "/RltdPties/Dbtr/Nm" || at == "/RltdPties/Dbtr/Pty/Nm") return &details.debtor.name;
    if (at == "/RltdPties/DbtrAcct/Id/IBAN") return &details.debtor.iban;
    if (at == "/RltdPties/Cdtr/Nm" || at == "/RltdPties/Cdtr/Pty/Nm") return &details.creditor.name;
    if (at == "/RltdPties/CdtrAcct/Id/IBAN") return &details.creditor.iban;
    if (at == "/AddtlTxInf") return &details.more_text;
    return nullptr;
  }

  // ---- an entry's end ----

  void end_entry() {
    if (entry_.status.empty()) return fail("missing", "an entry (Ntry) has no status (Sts).");
    if (entry_.status != "BOOK") return;  // pending and for information: not yet on the account
    const auto amount = signed_amount(entry_.amount, entry_.direction);
    if (!amount) return;
    const auto value_on = date_of(entry_.value_on.empty() ? entry_.booked_on : entry_.value_on);
    const auto booked_on = date_of(entry_.booked_on.empty() ? entry_.value_on : entry_.booked_on);
    if (!value_on || !booked_on) return;
    BankStatementLine line{.bank_reference = given(entry_.bank_reference), .booked_on = *booked_on,
                       .value_on = *value_on, .amount = *amount,
                       .reversal = entry_.reversal == "true" || entry_.reversal == "1"};
    const auto parts = parts_of(*amount);
    if (error_) return;
    if (parts.empty()) {
      if (!entry_.details.empty()) describe(line, entry_.details.front());
      if (line.text.empty()) line.text = entry_.text;
      if (line.bank_reference.empty() && entry_.details.size() == 1) {
        line.bank_reference = given(entry_.details.front().reference);
      }
      return keep(std::move(line));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto part = line;
      part.amount = parts[i];
      describe(part, entry_.details[i]);
      if (part.text.empty()) part.text = entry_.text;
      part.bank_reference = line.bank_reference.empty() ? given(entry_.details[i].reference)
                                                        : line.bank_reference + "#" + std::to_string(i + 1);
      keep(std::move(part));
    }
  }

  // The amounts of a batch, one a transaction; empty where it is no batch, or is not told in the account's currency.
  std::vector<Money> parts_of(Money whole) {
    std::vector<Money> parts;
    if (entry_.details.size() < 2) return parts;
    Money sum{0, whole.currency};
    for (const auto& details : entry_.details) {
      const auto& amount = details.amount.text.empty() ? details.older_amount : details.amount;
      if (amount.text.empty() || amount.currency != whole.currency.code()) return {};
      const auto part = signed_amount(amount, details.direction.empty() ? entry_.direction : details.direction);
      if (!part) return {};
      parts.push_back(*part);
      sum = sum + *part;
    }
    if (sum != whole) {
      fail("batch_does_not_add_up", "the transactions of this entry add up to " + to_display(sum) + ", not to " +
                                        to_display(whole) + ". Nothing was imported.");
    }
    return parts;
  }

  // Who stood on the other side: of money that came, and of a payment taken back, the debtor.
  static void describe(BankStatementLine& line, const Details& details) {
    const bool came = line.amount.minor > 0;
    const auto& likely = came != line.reversal ? details.debtor : details.creditor;
    const auto& other = came != line.reversal ? details.creditor : details.debtor;
    const auto& party = likely.name.empty() && likely.iban.empty() ? other : likely;
    line.counterparty_name = party.name;
    line.counterparty_iban = party.iban;
    line.end_to_end_id = given(details.end_to_end_id);
    line.structured_reference = given(details.structured_reference);
    line.text = details.text.empty() ? details.more_text : details.text;
  }

  void keep(BankStatementLine line) {
    if (draft_.lines.size() == kCamtLinesMax) return fail_many();
    if (line.amount.minor == 0) return;  // for information: it moves nothing, and the ledger has no zeros
    draft_.lines.push_back(std::move(line));
  }

  // ---- a statement's end ----

  // The first balance of the first type that stands there.
  const Balance* balance(std::initializer_list<std::string_view> types, bool last = false) const {
    for (const auto type : types) {
      const Balance* found = nullptr;
      for (const auto& candidate : draft_.balances) {
        if (candidate.type == type && (found == nullptr || last)) found = &candidate;
      }
      if (found != nullptr) return found;
    }
    return nullptr;
  }

  void end_statement() {
    // A page in the middle of a statement has interim balances (ITBD) instead.
    const auto* opening = balance({"OPBD", "PRCD", "ITBD"});
    const auto* closing = balance({"CLBD", "ITBD"}, true);
    if (opening == nullptr) return fail("missing", "the statement has no opening balance (OPBD).");
    if (closing == nullptr) return fail("missing", "the statement has no closing balance (CLBD).");
    if (draft_.iban.empty()) return fail("missing", "the statement names no account by IBAN (Acct/Id/IBAN).");
    const auto first = signed_amount(opening->amount, opening->direction);
    if (!first) return;
    const auto last = signed_amount(closing->amount, closing->direction);
    if (!last) return;
    const auto starts_on = date_of(draft_.from.empty() ? opening->date : draft_.from);
    if (!starts_on) return;
    const auto ends_on = date_of(closing->date.empty() ? draft_.to : closing->date);
    if (!ends_on) return;
    Statement statement{.identification = draft_.identification, .iban = compact(draft_.iban),
                        .starts_on = std::min(*starts_on, *ends_on), .ends_on = *ends_on,
                        .opening = *first, .closing = *last, .lines = std::move(draft_.lines)};
    if (const auto sound = check_sum(statement); !sound) {
      return fail("statement_does_not_add_up", sound.error().fields.front().message);
    }
    total_lines_ += statement.lines.size();
    if (total_lines_ > kCamtLinesMax) return fail_many();
    statements_.push_back(std::move(statement));
  }

  // ---- values ----

  static std::string given(const std::string& reference) {
    return reference == "NOTPROVIDED" || reference == "NONREF" ? std::string() : reference;
  }
  static std::string compact(std::string text) {
    std::erase(text, ' ');
    return text.substr(0, 34);
  }

  // The statement has one currency: its account's, or that of what comes first.
  std::optional<Money> signed_amount(const Amount& amount, const std::string& direction) {
    if (amount.text.empty()) return refuse("missing", "an amount (Amt) is missing.");
    const auto currency = Currency::find(amount.currency);
    if (!currency) return refuse("unknown_currency", "there is no currency \"" + amount.currency + "\".");
    if (draft_.currency.empty()) draft_.currency = amount.currency;
    if (draft_.currency != amount.currency) {
      return refuse("other_currency", "an amount is in " + amount.currency + ", but the account is in " +
                                          draft_.currency.substr(0, 8) + ".");
    }
    const auto money = parse_money(plain(amount.text, *currency), *currency);
    const bool decimal = std::ranges::all_of(amount.text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    if (!money || !decimal || money->minor > kAmountMax) {
      return refuse("not_an_amount", "\"" + amount.text.substr(0, 40) + "\" is no amount such as 1250.00.");
    }
    if (direction == "CRDT") return *money;
    if (direction == "DBIT") return -*money;
    return refuse("unknown_direction", "CRDT or DBIT is expected (CdtDbtInd).");
  }
  static constexpr std::int64_t kAmountMax = 1'000'000'000'000'000;  // sums of 100,000 stay within int64

  // xs:decimal may carry more decimals than the currency has, as long as they are zeros.
  static std::string plain(std::string text, Currency currency) {
    const auto point = text.find('.');
    if (point == std::string::npos) return text;
    const auto least = point + 1 + static_cast<std::size_t>(currency.minor_digits());
    while (text.size() > least && text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }

  // A date, or the date of an instant as the bank wrote it.
  std::optional<Date> date_of(const std::string& text) {
    const auto date = Date::parse(std::string_view(text).substr(0, 10));
    if (date) return date;
    if (text.empty()) return refuse("missing", "a date is missing (BookgDt, ValDt or the balance's Dt).");
    return refuse("not_a_date", "\"" + text.substr(0, 40) + "\" is no date such as 2026-01-31.");
  }

  // ---- errors ----

  std::nullopt_t refuse(const char* code, std::string message) {
    fail(code, std::move(message));
    return std::nullopt;
  }

  void fail_many() {
    fail("too_many_lines", "a file may have " + std::to_string(kCamtLinesMax) + " lines; upload it in parts.");
  }

  void fail(const char* code, std::string message) {
    if (error_) return;
    const auto where = path_.empty() ? std::string() : ", at " + path_.substr(0, kPathBytesMax);
    error_ = invalid_field("file", code, position() + where + ": " + std::move(message));
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  void fail_syntax() {
    const auto code = XML_GetErrorCode(parser_.get());
    if (code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN || code == XML_ERROR_PARTIAL_CHAR ||
        code == XML_ERROR_UNCLOSED_CDATA_SECTION) {
      return fail("file_is_cut", "the file ends too early; download it from the bank again. Nothing was imported.");
    }
    fail("not_xml", std::string("this is no well-formed XML (") + XML_ErrorString(code) + ").");
  }

  std::string position() const {
    return "Line " + std::to_string(XML_GetCurrentLineNumber(parser_.get())) + ", column " +
           std::to_string(XML_GetCurrentColumnNumber(parser_.get()) + 1);
  }

  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  std::string namespace_;
  std::string path_;
  std::vector<std::size_t> lengths_;  // of path_, before each open element
  std::string text_;
  Draft draft_;
  Entry entry_;
  std::vector<Statement> statements_;
  std::size_t total_lines_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Statement>> read_camt(std::string_view bytes) { return Reader().read(bytes); }

}  // namespace kindling
