#include "storage/spooled_file.hpp"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kindling {
namespace {

[[noreturn]] void refuse(const char* what) { throw std::runtime_error(std::string("spooled file: ") + what); }

}  // namespace

SpooledFile::SpooledFile() {
  const char* folder = std::getenv("TMPDIR");
  auto path = std::string(folder == nullptr || *folder == '\0' ? "/tmp" : folder) + "/kindling-XXXXXX";
  descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor_ < 0) refuse("cannot be made");
  ::unlink(path.c_str());
}

SpooledFile::~SpooledFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

SpooledFile::SpooledFile(SpooledFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

SpooledFile& SpooledFile::operator=(SpooledFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void SpooledFile::append(std::string_view bytes) {
  auto offset = this->bytes();
  while (!bytes.empty()) {
    const auto wrote = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset);
    if (wrote <= 0) refuse("the disk is full");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
    offset += wrote;
  }
}

std::int64_t SpooledFile::bytes() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) refuse("cannot be measured");
  return status.st_size;
}

std::string SpooledFile::read(std::int64_t offset, std::size_t count) const {
  std::string part(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const auto got = ::pread(descriptor_, part.data() + have, count - have, offset + static_cast<std::int64_t>(have));
    if (got < 0) refuse("cannot be read");
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  part.resize(have);
  return part;
}

std::string SpooledFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace kindling
