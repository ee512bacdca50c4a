// Open data, kept in memory as it was last made: everybody may take it, and a request touches no database.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "reports/open_data/open_data.hpp"

namespace kindling {

struct OpenDataEdition {
  struct File {
    std::string bytes;
    std::string etag;
  };
  OpenData data;
  File json, xlsx;   // empty while no grant is public
};

// Any thread may read while one refreshes.
class OpenDataShelf {
 public:
  explicit OpenDataShelf(OpenDataPublisher publisher) : publisher_(std::move(publisher)) {}

  // Looks into the database and makes a new edition. Throws what the database throws; the old edition stays then.
  void refresh(Session& session);
  std::shared_ptr<const OpenDataEdition> edition() const;  // nullptr before the first look

 private:
  OpenDataPublisher publisher_;
  mutable std::mutex mutex_;
  std::shared_ptr<const OpenDataEdition> edition_;
};

}  // namespace kindling
