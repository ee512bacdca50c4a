#include "reporting/zip_archive.hpp"

#include <algorithm>

#include <zlib.h>

namespace kindling {
namespace {

constexpr std::string_view kEndRecord("PK\x05\x06", 4);
constexpr std::string_view kDirectoryRecord("PK\x01\x02", 4);
constexpr std::string_view kLocalRecord("PK\x03\x04", 4);
constexpr std::size_t kEndRecordBytes = 22;
constexpr std::size_t kDirectoryRecordBytes = 46;
constexpr std::size_t kLocalRecordBytes = 30;
constexpr std::size_t kCommentBytesMax = 65'535;
constexpr std::size_t kDirectoryBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kChunk = 64 * 1024;
constexpr std::uint32_t kStored = 0;
constexpr std::uint32_t kDeflated = 8;

// Little-endian, of a record that is long enough.
std::uint32_t number(std::string_view record, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(record[at + i]);
  return value;
}

struct Inflater {
  z_stream stream{};
  bool ready = inflateInit2(&stream, -MAX_WBITS) == Z_OK;
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
};

}  // namespace

std::vector<ZipEntry> list_zip_entries(const ByteSource& archive, std::size_t count_max) {
  const auto tail_at = std::max<std::int64_t>(0, archive.bytes() - static_cast<std::int64_t>(kEndRecordBytes + kCommentBytesMax));
  const auto tail = archive.read(tail_at, kEndRecordBytes + kCommentBytesMax);
  const auto end = tail.rfind(kEndRecord);
  if (end == tail.npos || tail.size() - end < kEndRecordBytes) return {};
  const auto directory = archive.read(number(tail, end + 16, 4), std::min<std::size_t>(number(tail, end + 12, 4), kDirectoryBytesMax));
  std::vector<ZipEntry> entries;
  std::string_view rest = directory;
  while (entries.size() < count_max && rest.size() >= kDirectoryRecordBytes && rest.starts_with(kDirectoryRecord)) {
    const auto name_bytes = number(rest, 28, 2);
    const auto record_bytes = kDirectoryRecordBytes + name_bytes + number(rest, 30, 2) + number(rest, 32, 2);
    if (record_bytes > rest.size()) break;
    const auto method = number(rest, 10, 2);
    const bool encrypted = (number(rest, 8, 2) & 1) != 0;
    if (!encrypted && (method == kStored || method == kDeflated)) {
      entries.push_back({.name = std::string(rest.substr(kDirectoryRecordBytes, name_bytes)),
                         .deflated = method == kDeflated,
                         .header_offset = number(rest, 42, 4),
                         .compressed_bytes = number(rest, 20, 4)});
    }
    rest.remove_prefix(record_bytes);
  }
  return entries;
}

bool read_zip_entry(const ByteSource& archive, const ZipEntry& entry, std::int64_t bytes_max,
                    const std::function<bool(std::string_view)>& sink) {
  const auto header = archive.read(entry.header_offset, kLocalRecordBytes);
  if (header.size() < kLocalRecordBytes || !header.starts_with(kLocalRecord)) return false;
  auto at = entry.header_offset + static_cast<std::int64_t>(kLocalRecordBytes + number(header, 26, 2) + number(header, 28, 2));
  const auto end = std::min(at + entry.compressed_bytes, archive.bytes());
  Inflater inflater;
  if (!inflater.ready) return false;
  std::string out(kChunk, '\0');
  std::int64_t came = 0;
  // At most the limit; false: enough.
  const auto give = [&](std::string_view part) {
    part = part.substr(0, static_cast<std::size_t>(std::min<std::int64_t>(static_cast<std::int64_t>(part.size()), bytes_max - came)));
    came += static_cast<std::int64_t>(part.size());
    return sink(part) && came < bytes_max;
  };
  while (at < end) {
    auto in = archive.read(at, static_cast<std::size_t>(std::min<std::int64_t>(kChunk, end - at)));
    if (in.empty()) return false;
    at += static_cast<std::int64_t>(in.size());
    if (!entry.deflated) {
      if (!give(in)) return true;
      continue;
    }
    auto& stream = inflater.stream;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      const int status = inflate(&stream, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return false;
      if (!give(std::string_view(out).substr(0, out.size() - stream.avail_out))) return true;
      if (status == Z_STREAM_END) return true;
    } while (stream.avail_out == 0);
  }
  return !entry.deflated;
}

}  // namespace kindling
