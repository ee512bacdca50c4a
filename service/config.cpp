#include "config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <vector>

#include <toml++/toml.h>

#include "core/currency.hpp"

namespace kindling {
namespace {

// One key: where its value goes, as text, whatever its source.
struct Key {
  std::string section;
  std::string name;
  std::function<void(const toml::node&)> from_file;
  std::function<void(const std::string&)> from_environment;

  std::string variable() const {
    auto text = "KINDLING_" + section + "_" + name;
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return text;
  }
};

[[noreturn]] void expected(const char* what) { throw std::runtime_error(std::string(what) + " is expected"); }

Key text(std::string section, std::string name, std::string& target) {
  return {std::move(section), std::move(name),
          [&target](const toml::node& node) {
            const auto value = node.value_exact<std::string>();
            if (!value) expected("a text in quotation marks");
            target = *value;
          },
          [&target](const std::string& value) { target = value; }};
}

Key number(std::string section, std::string name, int& target, int min, int max) {
  const auto set = [&target, min, max](std::int64_t value) {
    if (value < min || value > max) {
      throw std::runtime_error("a whole number from " + std::to_string(min) + " to " + std::to_string(max) +
                               " is expected");
    }
    target = static_cast<int>(value);
  };
  return {std::move(section), std::move(name),
          [set](const toml::node& node) {
            const auto value = node.value_exact<std::int64_t>();
            if (!value) expected("a whole number");
            set(*value);
          },
          [set](const std::string& typed) {
            std::int64_t value = 0;
            const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), value);
            if (error != std::errc() || end != typed.data() + typed.size()) expected("a whole number");
            set(value);
          }};
}

Key flag(std::string section, std::string name, bool& target) {
  return {std::move(section), std::move(name),
          [&target](const toml::node& node) {
            const auto value = node.value_exact<bool>();
            if (!value) expected("true or false");
            target = *value;
          },
          [&target](const std::string& typed) {
            if (typed != "true" && typed != "false") expected("true or false");
            target = typed == "true";
          }};
}

std::vector<Key> keys_of(Config& config) {
  return {text("http", "address", config.http.address),
          number("http", "port", config.http.port, 0, 65535),
          number("http", "workers", config.http.workers, 1, 256),
          number("http", "connections_max", config.http.connections_max, 1, 100000),
          text("http", "cors_origins", config.http.cors_origins),
          text("database", "url", config.database.url),
          text("database", "owner_url", config.database.owner_url),
          number("database", "sessions", config.database.sessions, 2, 500),
          number("database", "lease_timeout_ms", config.database.lease_timeout_ms, 10, 60000),
          number("database", "statement_timeout_ms", config.database.statement_timeout_ms, 100, 600000),
          text("platform", "name", config.platform.name),
          text("platform", "logo_text", config.platform.logo_text),
          text("platform", "currency", config.platform.currency),
          text("platform", "time_zone", config.platform.time_zone),
          flag("security", "secure_cookies", config.security.secure_cookies),
          text("donor", "key", config.donor.key),
          text("donor", "key_file", config.donor.key_file),
          flag("support", "pledges", config.support.pledges),
          text("log", "level", config.log.level),
          number("keeper", "interval_ms", config.keeper.interval_ms, 10, 60000),
          text("open_data", "prefix", config.open_data.prefix),
          text("open_data", "publisher", config.open_data.publisher),
          text("open_data", "publisher_identifier", config.open_data.publisher_identifier),
          text("open_data", "website", config.open_data.website),
          text("open_data", "licence", config.open_data.licence),
          number("jobs", "slots", config.jobs.slots, 1, 64),
          text("reports", "signing_key", config.reports.signing_key),
          text("reports", "signing_key_file", config.reports.signing_key_file),
          number("reports", "timeout_minutes", config.reports.timeout_minutes, 1, 600),
          text("reports", "monthly", config.reports.monthly),
          number("reports", "monthly_day", config.reports.monthly_day, 1, 28),
          number("reports", "due_days", config.reports.due_days, 0, 366)};
}

void read_file(const std::string& path, const std::vector<Key>& keys) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw std::runtime_error(path + ", line " + std::to_string(error.source().begin.line) + ": " +
                             std::string(error.description()));
  }
  for (const auto& [section, node] : file) {
    const auto* table = node.as_table();
    const std::string section_name(section.str());
    if (table == nullptr) throw std::runtime_error(path + ": " + section_name + ": keys stand in a section such as [http]");
    for (const auto& [name, value] : *table) {
      const auto key = std::ranges::find_if(
          keys, [&, n = name.str()](const Key& k) { return k.section == section_name && k.name == n; });
      const auto where = path + ": [" + section_name + "] " + std::string(name.str()) + ": ";
      if (key == keys.end()) throw std::runtime_error(where + "there is no such key");
      try {
        key->from_file(value);
      } catch (const std::runtime_error& error) {
        throw std::runtime_error(where + error.what());
      }
    }
  }
}

void read_environment(const std::vector<Key>& keys) {
  for (const auto& key : keys) {
    const char* value = std::getenv(key.variable().c_str());
    if (value == nullptr) continue;
    try {
      key.from_environment(value);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(key.variable() + ": " + error.what());
    }
  }
}

}  // namespace

Config load_config(const std::string& path) {
  Config config;
  const auto keys = keys_of(config);
  read_file(path, keys);
  read_environment(keys);
  if (!Currency::find(config.platform.currency)) {
    throw std::runtime_error("[platform] currency: a currency of ISO 4217 such as EUR is expected");
  }
  static constexpr std::string_view kLevels[] = {"debug", "info", "warning", "error"};
  if (std::ranges::find(kLevels, config.log.level) == std::end(kLevels)) {
    throw std::runtime_error("[log] level: one of debug, info, warning, error is expected");
  }
  const auto& prefix = config.open_data.prefix;
  if (prefix.empty() || prefix.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != std::string::npos) {
    throw std::runtime_error("[open_data] prefix: letters, digits and hyphens are expected");
  }
  if (config.database.owner_url.empty()) config.database.owner_url = config.database.url;
  config.root = std::filesystem::absolute(path).parent_path().parent_path().string();
  return config;
}

}  // namespace kindling
