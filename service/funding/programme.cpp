#include "funding/programme.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include <toml++/toml.h>

namespace kindling {
namespace {

// Reads one table and remembers what was asked for, so that a mistyped key is told instead of passed over.
class Keys {
 public:
  Keys(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  [[noreturn]] void fail(std::string_view key, std::string_view expected) const {
    throw std::runtime_error(file_ + ": " + std::string(key) + ": " + std::string(expected));
  }

  std::string text(std::string_view key) {
    asked_.insert(std::string(key));
    const auto value = table_[key].value<std::string>();
    if (!value || value->empty()) fail(key, "a text in quotation marks is expected");
    return *value;
  }
  // "7" or "7.5": a text, because TOML's numbers with a point are floating.
  Percent percent(std::string_view key, std::optional<Percent> missing = {}) {
    asked_.insert(std::string(key));
    if (!table_.contains(key) && missing) return *missing;
    const auto value = table_[key].value_exact<std::string>();
    const auto percent = value ? parse_percent(*value) : Result<Percent>(invalid({}));
    if (!percent) fail(key, "a percentage from 0 to 100 is expected, as a text such as \"7\" or \"7.5\"");
    return *percent;
  }
  int integer(std::string_view key, int min, int max) {
    asked_.insert(std::string(key));
    const auto value = table_[key].value_exact<std::int64_t>();
    if (!value || *value < min || *value > max) {
      fail(key, "a whole number from " + std::to_string(min) + " to " + std::to_string(max) + " is expected");
    }
    return static_cast<int>(*value);
  }
  bool flag(std::string_view key, std::optional<bool> missing = {}) {
    asked_.insert(std::string(key));
    if (!table_.contains(key) && missing) return *missing;
    const auto value = table_[key].value_exact<bool>();
    if (!value) fail(key, "true or false is expected");
    return *value;
  }
  const toml::array& array(std::string_view key) {
    asked_.insert(std::string(key));
    const auto* array = table_[key].as_array();
    if (array == nullptr || array->empty()) fail(key, "a list with at least one element is expected");
    return *array;
  }
  const toml::table& table(std::string_view key) {
    asked_.insert(std::string(key));
    const auto* table = table_[key].as_table();
    if (table == nullptr) fail(key, "a table [" + std::string(key) + "] is expected");
    return *table;
  }
  bool has(std::string_view key) const { return table_.contains(key); }
  std::string text_or_nothing(std::string_view key) {
    asked_.insert(std::string(key));
    return table_.contains(key) ? text(key) : std::string();
  }
  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> read;
    for (const auto& node : array(key)) {
      const auto value = node.value_exact<std::string>();
      if (!value || value->empty()) fail(key, "texts in quotation marks are expected");
      read.push_back(*value);
    }
    return read;
  }
  void finish() const {
    for (const auto& [key, value] : table_) {
      if (!asked_.contains(std::string(key.str()))) fail(key.str(), "there is no such key");
    }
  }

 private:
  const toml::table& table_;
  std::string file_;
  std::set<std::string> asked_;
};

std::vector<Category> read_categories(Keys& keys, const std::string& file) {
  std::vector<Category> categories;
  for (const auto& node : keys.array("categories")) {
    const auto where = file + ", category " + std::to_string(categories.size() + 1);
    const auto* table = node.as_table();
    if (table == nullptr) throw std::runtime_error(where + ": a table is expected");
    Keys row(*table, where);
    Category category{row.text("code"), row.text("name"), row.flag("in_indirect_base"),
                      row.flag("needs_amendment", false)};
    row.finish();
    if (std::ranges::find(categories, category.code, &Category::code) != categories.end()) {
      row.fail("code", "stands twice");
    }
    categories.push_back(std::move(category));
  }
  return categories;
}

FunderTemplate read_template(const toml::table& table, const std::string& file, const std::vector<Category>& categories) {
  const auto where = file + ", template";
  Keys keys(table, where);
  FunderTemplate made{.title = keys.text("title"), .indirect = keys.text("indirect"), .budget = keys.text("budget"),
                      .period = keys.text("period"), .to_date = keys.text("to_date"), .balance = keys.text("balance"),
                      .headings = {}};
  std::set<std::string> mapped;
  for (const auto& node : keys.array("headings")) {
    const auto* row = node.as_table();
    const auto at = where + ", heading " + std::to_string(made.headings.size() + 1);
    if (row == nullptr) throw std::runtime_error(at + ": a table is expected");
    Keys heading(*row, at);
    TemplateHeading read{heading.text_or_nothing("code"), heading.text("name"), heading.texts("categories")};
    heading.finish();
    if (std::ranges::find(made.headings, read.name, &TemplateHeading::name) != made.headings.end()) {
      heading.fail("name", "stands twice");
    }
    for (const auto& code : read.categories) {
      if (std::ranges::find(categories, code, &Category::code) == categories.end()) {
        heading.fail("categories", "there is no category \"" + code + "\" in this programme");
      }
      if (!mapped.insert(code).second) heading.fail("categories", "the category \"" + code + "\" stands under two headings");
    }
    made.headings.push_back(std::move(read));
  }
  for (const auto& category : categories) {
    if (!mapped.contains(category.code)) {
      keys.fail("headings", "no heading sums the category \"" + category.code + "\"");
    }
  }
  keys.finish();
  return made;
}

toml::table parse_table(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(file + ", line " + std::to_string(error.source().begin.line) + ": " +
                             std::string(error.description()));
  }
}

}  // namespace

Programme parse_programme(std::string_view toml, const std::string& code) {
  const auto file = code + ".toml";
  const auto table = parse_table(toml, file);
  Keys keys(table, file);
  Programme programme;
  programme.code = code;
  programme.name = keys.text("name");
  programme.funder_kind = keys.text("funder_kind");
  static constexpr std::string_view kKinds[] = {"eu", "foundation", "national", "other"};
  if (std::ranges::find(kKinds, programme.funder_kind) == std::end(kKinds)) {
    keys.fail("funder_kind", "one of eu, foundation, national, other is expected");
  }
  programme.funding_rate = keys.percent("funding_rate");
  if (programme.funding_rate.basis_points == 0) keys.fail("funding_rate", "more than 0 is expected");
  programme.indirect_rate = keys.percent("indirect_rate");
  programme.transfer_threshold = keys.percent("transfer_threshold");
  programme.report_due_days = keys.integer("report_due_days", 0, 365);
  programme.report_months = keys.integer("report_months", 1, 60);
  const auto policy = find_exchange_policy(keys.text("exchange_policy"));
  if (!policy) keys.fail("exchange_policy", "one of booking_date, month_average, period_average is expected");
  programme.exchange_policy = *policy;
  programme.retention_years = keys.integer("retention_years", 0, 50);
  programme.prefinancing_retention = keys.percent("prefinancing_retention", Percent{0});
  programme.interim_ceiling = keys.percent("interim_ceiling", Percent{10'000});
  programme.lump_sum = keys.flag("lump_sum", false);
  programme.layout = keys.text("layout");
  programme.variance_threshold = keys.percent("variance_threshold", Percent{1'000});
  programme.categories = read_categories(keys, file);
  const bool own_template = programme.layout == "funder-template";
  if (own_template || keys.has("template")) {
    if (!own_template) keys.fail("layout", "\"funder-template\" is expected beside a [template]");
    programme.funder_template = read_template(keys.table("template"), file, programme.categories);
  }
  keys.finish();
  return programme;
}

std::string_view to_string(ExchangePolicy policy) {
  return policy == ExchangePolicy::kPeriodAverage  ? "period_average"
         : policy == ExchangePolicy::kMonthAverage ? "month_average"
                                                   : "booking_date";
}

std::optional<ExchangePolicy> find_exchange_policy(std::string_view text) {
  for (const auto policy : {ExchangePolicy::kBookingDate, ExchangePolicy::kMonthAverage, ExchangePolicy::kPeriodAverage}) {
    if (to_string(policy) == text) return policy;
  }
  return std::nullopt;
}

const char* label_of(ExchangePolicy policy) {
  return policy == ExchangePolicy::kPeriodAverage  ? "Average of the reporting period"
         : policy == ExchangePolicy::kMonthAverage ? "Average of the month"
                                                   : "Rate of the booking date";
}

Programmes Programmes::load(const std::string& folder) {
  Programmes loaded;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    loaded.programmes_.push_back(parse_programme(text, entry.path().stem().string()));
  }
  if (loaded.programmes_.empty()) throw std::runtime_error(folder + ": no programme is there");
  std::ranges::sort(loaded.programmes_, {}, &Programme::name);
  return loaded;
}

const Programme* Programmes::find(std::string_view code) const {
  const auto found = std::ranges::find(programmes_, code, &Programme::code);
  return found == programmes_.end() ? nullptr : &*found;
}

}  // namespace kindling
