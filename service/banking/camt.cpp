#include "banking/camt.hpp"

#include <climits>
#include <memory>
#include <optional>
#include <string>

#include <expat.h>

#include "banking/camt_statement.hpp"
#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::string_view kNamespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.";
constexpr std::string_view kStatementPath = "/Document/BkToCstmrStmt/Stmt";
constexpr std::size_t kTextBytesMax = 2'000;  // the schemas allow 500 characters
constexpr std::size_t kLineTextBytesMax = 4'000;
constexpr std::size_t kPathBytesMax = 200;    // in messages

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
      draft_ = CamtStatement{};
    } else if (at == "/Bal") {
      draft_.balances.emplace_back();
    } else if (at == "/Ntry") {
      entry_ = CamtEntry{};
    } else if (at == "/Ntry/NtryDtls/TxDtls") {
      entry_.details.emplace_back();
      if (draft_.lines.size() + entry_.details.size() > kCamtLinesMax) fail(too_many_camt_lines());
    } else if (auto* charges = charges_at(at); charges != nullptr && at.ends_with("/Amt")) {
      charges->emplace_back();
    }
    if (auto* amount = amount_at(at)) {
      for (int i = 0; attributes[i] != nullptr; i += 2) {
        if (std::string_view(attributes[i]) == "Ccy") amount->currency = std::string(attributes[i + 1]).substr(0, 8);
      }
    }
  }

  void characters(std::string_view text) {
    if (error_) return;
    // Longer than any element that is read may be; of a longer one the beginning is kept.
    if (text_.size() <= kTextBytesMax) text_ += text.substr(0, kTextBytesMax + 1 - text_.size());
  }

  // The beginning of a text that is too long, in whole characters.
  void shorten() {
    if (text_.size() <= kTextBytesMax) return;
    auto size = kTextBytesMax;
    while (size > 0 && (static_cast<unsigned char>(text_[size]) & 0xC0) == 0x80) --size;
    text_.resize(size);
  }

  void end() {
    if (error_) return;
    shorten();
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

  // Where `at` lies in a record of charges: those of its entry, or of its transaction. A record of its own (Rcrd) from
  // version 03 on.
  std::vector<CamtCharge>* charges_at(std::string_view at) {
    static constexpr std::string_view kEntry = "/Ntry/Chrgs/", kDetails = "/Ntry/NtryDtls/TxDtls/Chrgs/";
    const bool of_details = at.starts_with(kDetails);
    if (!of_details && !at.starts_with(kEntry)) return nullptr;
    auto tail = at.substr(of_details ? kDetails.size() : kEntry.size());
    if (tail.starts_with("Rcrd/")) tail.remove_prefix(5);
    if (tail != "Amt" && tail != "CdtDbtInd") return nullptr;
    return of_details ? &entry_.details.back().charges : &entry_.charges;
  }

  CamtAmount* amount_at(std::string_view at) {
    if (auto* charges = charges_at(at); charges != nullptr && at.ends_with("/Amt")) return &charges->back().amount;
    if (at == "/Bal/Amt") return &draft_.balances.back().amount;
    if (at == "/Ntry/Amt") return &entry_.amount;
    if (at == "/Ntry/NtryDtls/TxDtls/Amt") return &entry_.details.back().amount;
    if (at == "/Ntry/NtryDtls/TxDtls/AmtDtls/TxAmt/Amt") return &entry_.details.back().older_amount;
    return nullptr;
  }

  std::string* slot_at(std::string_view at) {
    if (auto* charges = charges_at(at)) {
      return at.ends_with("/CdtDbtInd") && !charges->empty() ? &charges->back().direction : nullptr;
    }
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
    if (at == "/Sts" || at == "/Sts/Cd") return &entry_.status;  // text up to version 06, a choice from 07 on
    if (at == "/RvslInd") return &entry_.reversal;
    if (at == "/BookgDt/Dt" || at == "/BookgDt/DtTm") return &entry_.booked_on;
    if (at == "/ValDt/Dt" || at == "/ValDt/DtTm") return &entry_.value_on;
    if (at == "/AcctSvcrRef") return &entry_.bank_reference;
    if (at == "/AddtlNtryInf") return &entry_.text;
    return nullptr;
  }

  static std::string* details_slot_at(std::string_view at, CamtDetails& details) {
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

  // ---- the end of an entry, and of a statement ----

  void end_entry() {
    if (const auto added = add_camt_entry(draft_, entry_); !added) fail(added.error());
  }

  void end_statement() {
    auto statement = finish_camt_statement(draft_);
    if (!statement) return fail(statement.error());
    total_lines_ += statement->lines.size();
    if (total_lines_ > kCamtLinesMax) return fail(too_many_camt_lines());
    statements_.push_back(*std::move(statement));
  }

  // ---- errors ----

  void fail(const Error& error) {
    const auto& first = error.fields.front();
    fail(first.code, first.message);
  }

  void fail(const std::string& code, const std::string& message) {
    if (error_) return;
    const auto where = path_.empty() ? std::string() : ", at " + path_.substr(0, kPathBytesMax);
    error_ = invalid_field("file", code, position() + where + ": " + message);
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
  CamtStatement draft_;
  CamtEntry entry_;
  std::vector<Statement> statements_;
  std::size_t total_lines_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Statement>> read_camt(std::string_view bytes) { return Reader().read(bytes); }

}  // namespace kindling
