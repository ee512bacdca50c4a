#include "http/body.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace kindling::http {
namespace {

std::atomic<std::int64_t> spooled_bytes{0};

std::string spool_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/var/tmp" : folder;
}

// A file without a name; -1 where there can be none.
int open_unnamed() {
  const auto folder = spool_folder();
  const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return descriptor;
  // A file system without O_TMPFILE.
  std::string path = folder + "/kindling-XXXXXX";
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

struct Body::Bytes {
  std::string memory;   // all of a small body; of a spooled one what is not written yet
  int file = -1;
  std::size_t filed = 0;
  void* mapping = nullptr;

  ~Bytes() {
    if (mapping != nullptr) ::munmap(mapping, filed);
    if (file >= 0) ::close(file);
    spooled_bytes -= static_cast<std::int64_t>(filed);
  }

  bool spool() {
    const auto more = static_cast<std::int64_t>(memory.size());
    if (file < 0 && (file = open_unnamed()) < 0) return false;
    if (spooled_bytes.fetch_add(more) + more > kSpooledBytesMax || !write_all(file, memory)) {
      spooled_bytes -= more;
      return false;
    }
    filed += memory.size();
    memory.clear();
    return true;
  }
};

Body::Body(std::string bytes) : bytes_(std::make_shared<Bytes>()) { bytes_->memory = std::move(bytes); }

bool Body::append(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (!bytes_) bytes_ = std::make_shared<Bytes>();
  bytes_->memory.append(bytes);
  return bytes_->memory.size() <= kBodyInMemoryBytesMax || bytes_->spool();
}

bool Body::finish() {
  if (!spooled()) return true;
  if (!bytes_->memory.empty() && !bytes_->spool()) return false;
  std::string().swap(bytes_->memory);
  void* mapping = ::mmap(nullptr, bytes_->filed, PROT_READ, MAP_SHARED, bytes_->file, 0);
  if (mapping == MAP_FAILED) return false;
  bytes_->mapping = mapping;
  return true;
}

std::string_view Body::view() const {
  if (!bytes_) return {};
  if (bytes_->mapping == nullptr) return bytes_->memory;
  return {static_cast<const char*>(bytes_->mapping), bytes_->filed};
}

std::size_t Body::size() const { return bytes_ ? bytes_->filed + bytes_->memory.size() : 0; }
bool Body::spooled() const { return bytes_ && bytes_->file >= 0; }

}  // namespace kindling::http
