// Grants that are marked public, by the 360Giving Data Standard 1.4: a JSON package and the same as a spreadsheet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"

namespace kindling {

class Session;

// Who publishes, and under which licence: configuration.
struct OpenDataPublisher {
  std::string prefix;      // "kindling-demo": identifiers are "360G-<prefix>-<number>"
  std::string name;        // of the platform's organisation, which also receives the grants
  std::string identifier;  // by org-id.guide, "BE-BCE_KBO-0123456789"; "" makes one of the prefix
  std::string website;     // "" is not told
  std::string licence;     // its canonical address
};

struct OpenOrganisation {
  std::string id;    // no slash, no space
  std::string name;
};

struct OpenGrant {
  std::int64_t number = 0;            // of the grant
  std::string id;                     // "360G-<prefix>-<number>"
  std::string title, description;
  Money awarded;
  std::optional<Money> applied_for;
  Money disbursed;                    // received, what was reversed taken off
  Date awarded_on;
  Period planned;
  OpenOrganisation recipient, funder;
  std::string programme_code, programme_title;
  std::string modified;               // of the mark: "2026-03-01T12:00:00Z"
  std::int64_t modified_s = 0;
};

struct OpenData {
  OpenDataPublisher publisher;
  std::vector<OpenGrant> grants;      // by number; none: there is nothing to publish, and no valid package
};

// Only grants that carry the mark, are awarded and not withdrawn. One statement.
OpenData query_open_data(Session& session, const OpenDataPublisher& publisher);

// The package as JSON. Amounts are numbers with their decimals, exactly as they are, which Value has no kind for.
std::string write_open_data_json(const OpenData& data);
// The same as XLSX, with the standard's titles in the first row, and a sheet "Meta" on the publisher.
std::string write_open_data_workbook(const OpenData& data);

}  // namespace kindling
