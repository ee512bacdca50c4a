#include "publishing/open_data_shelf.hpp"

#include "core/hash.hpp"

namespace kindling {
namespace {

OpenDataEdition::File shelved(std::string bytes) {
  auto etag = content_etag(bytes);
  return {std::move(bytes), std::move(etag)};
}

}  // namespace

void OpenDataShelf::refresh(Session& session) {
  auto data = query_open_data(session, publisher_);
  auto made = std::make_shared<OpenDataEdition>();
  if (!data.grants.empty()) {
    made->json = shelved(write_open_data_json(data));
    made->xlsx = shelved(write_open_data_workbook(data));
  }
  made->data = std::move(data);
  const std::lock_guard lock(mutex_);
  edition_ = std::move(made);
}

std::shared_ptr<const OpenDataEdition> OpenDataShelf::edition() const {
  const std::lock_guard lock(mutex_);
  return edition_;
}

}  // namespace kindling
