#include "ledger/exchange_rate.hpp"

#include <algorithm>

#include "core/csv.hpp"
#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::size_t kDecimals = 8;
constexpr std::size_t kWholeDigitsMax = 10;
constexpr std::size_t kErrorsMax = 50;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Error rate_error(std::string code, std::string message) { return invalid_field("", std::move(code), std::move(message)); }

// Reads one file; what is wrong is collected, until there is too much of it.
class PublishedFile {
 public:
  Result<PublishedRates> read(std::string_view csv) {
    CsvReader reader(csv, ',');
    std::vector<std::string_view> cells;
    while (errors_.size() < kErrorsMax) {
      const auto more = reader.next(cells);
      if (!more) {
        errors_.push_back({"file", more.error().code, more.error().message});
        break;
      }
      if (!*more) break;
      line_ = reader.row();
      if (!cells.empty() && trimmed(cells.back()).empty()) cells.pop_back();  // the comma at the end
      if (columns_.empty()) {
        if (!read_header(cells)) break;
      } else {
        read_row(cells);
      }
    }
    if (columns_.empty() && errors_.empty()) read_header({});
    find_repeated_days();
    if (!errors_.empty()) return invalid(std::move(errors_));
    return std::move(found_);
  }

 private:
  void fail(std::size_t column, std::string code, std::string message) {
    auto place = "Line " + std::to_string(line_);
    if (column != 0) place += ", column " + std::to_string(column);
    if (column > 1 && column - 1 <= names_.size()) place += " (" + names_[column - 2] + ")";
    errors_.push_back({"file", std::move(code), place + ": " + std::move(message)});
  }

  bool read_header(const std::vector<std::string_view>& cells) {
    if (cells.size() < 2 || trimmed(cells[0]) != "Date") {
      line_ = std::max<std::size_t>(line_, 1);
      fail(0, "not_an_ecb_file", "the first line is expected to be Date,USD,JPY,... as in the ECB's eurofxref-hist.csv.");
      return false;
    }
    columns_.emplace_back();
    for (std::size_t at = 1; at < cells.size(); ++at) {
      const std::string name(trimmed(cells[at]));
      const bool is_code = name.size() == 3 && std::ranges::all_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
      if (!is_code || name == "EUR") {
        fail(at + 1, "unknown_column", "a currency's three letters are expected, such as USD.");
      } else if (std::ranges::find(names_, name) != names_.end()) {
        fail(at + 1, "repeated_column", name + " stands twice.");
      }
      names_.push_back(name);
      columns_.push_back(Currency::find(name));
      if (is_code && !columns_.back()) found_.unknown_currencies.push_back(name);
    }
    return errors_.empty();
  }

  void read_row(const std::vector<std::string_view>& cells) {
    if (cells.size() != columns_.size()) {
      fail(0, "cell_count", "it has " + std::to_string(cells.size()) + " cells, the first line has " +
                                std::to_string(columns_.size()) + ".");
      return;
    }
    const auto day = Date::parse(trimmed(cells[0]));
    if (!day) {
      fail(1, "not_a_date", "a day is expected, such as 2026-01-30.");
      return;
    }
    days_.push_back({*day, line_});
    ++found_.days;
    for (std::size_t at = 1; at < cells.size() && errors_.size() < kErrorsMax; ++at) {
      const auto text = trimmed(cells[at]);
      if (text == "N/A") continue;
      const auto rate = parse_rate(text);
      if (!rate) {
        fail(at + 1, rate.error().fields[0].code, rate.error().fields[0].message);
      } else if (columns_[at]) {
        found_.rates.push_back({*columns_[at], *day, *rate, line_, at + 1});
      }
    }
  }

  void find_repeated_days() {
    std::ranges::stable_sort(days_, {}, &Day::on);
    for (std::size_t at = 1; at < days_.size() && errors_.size() < kErrorsMax; ++at) {
      if (days_[at].on != days_[at - 1].on) continue;
      line_ = days_[at].line;
      fail(1, "repeated_day", to_string(days_[at].on) + " stands in line " + std::to_string(days_[at - 1].line) + " too.");
    }
  }

  struct Day {
    Date on;
    std::size_t line;
  };
  std::vector<std::optional<Currency>> columns_;  // the first is the date's
  std::vector<std::string> names_;
  std::vector<Day> days_;
  std::size_t line_ = 0;
  std::vector<FieldError> errors_;
  PublishedRates found_;
};

}  // namespace

Result<Rate> parse_rate(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || !std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(fraction, is_digit) ||
      (point != std::string_view::npos && fraction.empty())) {
    return rate_error("not_a_rate", "Enter a rate such as 25.105: units of the currency for one euro.");
  }
  if (fraction.size() > kDecimals) return rate_error("over_precise", "Enter a rate with at most 8 decimals, such as 25.105.");
  if (whole.size() > kWholeDigitsMax) return rate_error("out_of_range", "Enter a rate below 10,000,000,000.");
  std::int64_t value = 0;
  for (const char digit : std::string(whole) + std::string(fraction) + std::string(kDecimals - fraction.size(), '0')) {
    value = value * 10 + (digit - '0');
  }
  if (value == 0) return rate_error("out_of_range", "Enter a rate above 0.");
  return Rate{value};
}

std::string to_string(Rate rate) {
  auto text = std::to_string(rate.hundred_millionths);
  if (text.size() <= kDecimals) text.insert(0, kDecimals + 1 - text.size(), '0');
  text.insert(text.size() - kDecimals, ".");
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string rate_display(std::string_view numeric) {
  static constexpr std::size_t kShown = 6;
  const auto point = numeric.find('.');
  std::string text(numeric.substr(0, point == std::string_view::npos ? point : point + 1 + kShown));
  if (point == std::string_view::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Result<PublishedRates> parse_published_rates(std::string_view csv) { return PublishedFile().read(csv); }

Value exchange_rate_value(const ExchangeRate& rate) {
  return Value::object({{"id", rate.id},
                        {"currency", rate.currency.code()},
                        {"on_date", to_string(rate.on)},
                        {"units_per_euro", to_string(rate.rate)},
                        {"manual", rate.manual},
                        {"source", rate.source},
                        {"author_name", rate.author_name.empty() ? Value() : Value(rate.author_name)},
                        {"withdrawn_reason", rate.withdrawn_reason.empty() ? Value() : Value(rate.withdrawn_reason)},
                        {"effective", rate.effective}});
}

Result<NewRate> parse_manual_rate(const Input& input, Date today) {
  Fields fields(input);
  NewRate rate{.currency = fields.currency("currency"), .on = fields.date("on_date"), .rate = {1}, .source = {}};
  const auto units = fields.text("units_per_euro", {.max = 40});
  if (const auto parsed = parse_rate(units)) {
    rate.rate = *parsed;
  } else if (!fields.failed("units_per_euro")) {
    fields.fail("units_per_euro", parsed.error().fields[0].code, parsed.error().fields[0].message);
  }
  rate.source = fields.text("source");
  if (!fields.failed("currency") && rate.currency == Currency::of("EUR")) {
    fields.fail("currency", "not_of_the_euro", "Rates are for one euro; choose another currency.");
  }
  if (!fields.failed("on_date") && rate.on > today) {
    fields.fail("on_date", "in_the_future", "Enter the day of the rate, not a later one than today.");
  }
  return fields.finish(std::move(rate));
}

}  // namespace kindling
