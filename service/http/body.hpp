// What a client sent: small bodies in memory, larger ones in an unlinked file that is mapped for reading. Either way
// one string_view, so that a handler reads 64 MB as it reads 64 bytes and the process holds none of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kindling::http {

inline constexpr std::size_t kBodyInMemoryBytesMax = 128 * 1024;
// All spooled bodies of the process together; one more is refused with 503, so that no crowd fills the disk.
inline constexpr std::int64_t kSpooledBytesMax = std::int64_t{4} * 1024 * 1024 * 1024;

// Copies share the bytes, and views stay valid as long as any copy lives. The file lies in $TMPDIR, else in /var/tmp;
// it has no name, so that it is gone with its last owner, also where the process is killed.
class Body {
 public:
  Body() = default;
  Body(std::string bytes);  // by a test or a client, like text
  Body(const char* bytes) : Body(std::string(bytes)) {}

  // While it arrives. False: it cannot be kept now (the disk is full, or too much is spooled already).
  bool append(std::string_view bytes);
  // All has arrived; from now on it is only read. False as above.
  bool finish();

  std::string_view view() const;  // of a spooled body: after finish()
  operator std::string_view() const { return view(); }
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  bool spooled() const;

 private:
  struct Bytes;
  std::shared_ptr<Bytes> bytes_;
};

}  // namespace kindling::http
