#include "reporting/report_signature.hpp"

#include <random>

#include <gtest/gtest.h>

#include "reports/sheet/workbook.hpp"
#include "reporting/verify_report.hpp"
#include "reporting/zip_archive.hpp"

namespace kindling {
namespace {

constexpr const char* kIdentifier = "kr-0123456789abcdef0123456789abcdef";
const ReportSigner& signer() {
  static const ReportSigner made(std::string(64, '7'));
  return made;
}

// A small workbook of ours that carries its identifier.
SpooledFile workbook() {
  sheet::Workbook made({.title = "Spark", .subject = "", .author = "", .company = "", .comments = "",
                        .identifier = kIdentifier, .created_s = 1'000'000'000});
  auto& page = made.add_sheet("Page", {.widths = {20, 20}});
  for (int row = 0; row < 50; ++row) page.text({row, 0}, "Row " + std::to_string(row));
  SpooledFile file;
  file.append(made.finish());
  return file;
}

std::string sealed_workbook() {
  auto file = workbook();
  seal_file(file, true, {.identifier = kIdentifier, .kind = "funder-report", .position = 42, .sha256 = {}}, signer());
  return file.read(0, static_cast<std::size_t>(file.bytes()));
}

TEST(ReportSignature, HoldsForTheFileThatWasSealed) {
  const auto bytes = sealed_workbook();
  const auto checked = check_file(ByteSource(bytes), "", signer().public_key());
  EXPECT_EQ(checked.check, SealCheck::kGenuine);
  ASSERT_TRUE(checked.statement);
  EXPECT_EQ(checked.statement->identifier, kIdentifier);
  EXPECT_EQ(checked.statement->kind, "funder-report");
  EXPECT_EQ(checked.statement->position, 42);
}

TEST(ReportSignature, IsTheSameForTheSameBytes) { EXPECT_EQ(sealed_workbook(), sealed_workbook()); }

TEST(ReportSignature, TellsAChangedByteAtEveryPlace) {
  const auto genuine = sealed_workbook();
  const unsigned seed = 20261126;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto changed_at = [&](std::size_t at, char by) {
    auto bytes = genuine;
    bytes[at] = static_cast<char>(bytes[at] ^ by);
    return check_file(ByteSource(bytes), "", signer().public_key()).check;
  };
  for (int i = 0; i < 2'000; ++i) {
    const auto at = random() % genuine.size();
    const auto by = static_cast<char>(1 + random() % 255);
    ASSERT_NE(changed_at(at, by), SealCheck::kGenuine) << "byte " << at << " of " << genuine.size();
  }
  // The seal itself, byte by byte, where another way of writing the same would hide: capitals, padding, line ends.
  for (auto at = genuine.size() - 400; at < genuine.size(); ++at) {
    for (const char by : {0x01, 0x20, 0x40}) ASSERT_NE(changed_at(at, by), SealCheck::kGenuine) << "byte " << at;
  }
}

TEST(ReportSignature, TellsWhatIsCutOffOrAppended) {
  const auto genuine = sealed_workbook();
  EXPECT_NE(check_file(ByteSource(genuine + "\n"), "", signer().public_key()).check, SealCheck::kGenuine);
  EXPECT_NE(check_file(ByteSource(std::string_view(genuine).substr(0, genuine.size() - 1)), "", signer().public_key()).check,
            SealCheck::kGenuine);
  EXPECT_NE(check_file(ByteSource(std::string_view(genuine).substr(1)), "", signer().public_key()).check, SealCheck::kGenuine);
}

TEST(ReportSignature, TellsAnotherKey) {
  const ReportSigner other(std::string(64, '8'));
  EXPECT_EQ(check_file(ByteSource(sealed_workbook()), "", other.public_key()).check, SealCheck::kAltered);
}

TEST(ReportSignature, StandsBesideAFileThatIsNoArchive) {
  SpooledFile file;
  file.append(R"({"grants":[]})");
  const auto seal = seal_file(file, false, {.identifier = kIdentifier, .kind = "open-data", .position = 7, .sha256 = {}}, signer());
  EXPECT_EQ(file.bytes(), 13);
  EXPECT_EQ(check_file(ByteSource(file), seal_text(seal), signer().public_key()).check, SealCheck::kGenuine);
  EXPECT_EQ(check_file(ByteSource(R"({"grants":[1]})"), seal_text(seal), signer().public_key()).check, SealCheck::kAltered);
  EXPECT_EQ(check_file(ByteSource(file), "", signer().public_key()).check, SealCheck::kUnsigned);
}

TEST(ReportSignature, LeavesTheArchiveReadableWithItsParts) {
  const auto bytes = sealed_workbook();
  std::string property;
  for (const auto& entry : list_zip_entries(ByteSource(bytes))) {
    if (entry.name != "docProps/custom.xml") continue;
    EXPECT_TRUE(read_zip_entry(ByteSource(bytes), entry, 100'000, [&](std::string_view part) {
      property += part;
      return true;
    }));
  }
  EXPECT_NE(property.find(kIdentifier), std::string::npos);
}

TEST(ReportSignature, FindsTheIdentifierInsideAnArchiveWithoutItsSeal) {
  const auto file = workbook();
  EXPECT_EQ(identifiers_in(ByteSource(file)), std::vector<std::string>{kIdentifier});
  EXPECT_TRUE(identifiers_in(ByteSource("nothing of ours: kr-0123")).empty());
}

TEST(ReportSignature, ReadsItsPublicKeyInEachForm) {
  const auto& key = signer().public_key();
  EXPECT_EQ(parse_public_key(public_key_pem(key)), key);
  EXPECT_EQ(parse_public_key("f0fb3d4e4ea9c7e6ba3d4e4ea9c7e6ba"), std::nullopt);
  EXPECT_EQ(parse_public_key(""), std::nullopt);
}

TEST(ReportSignature, RefusesASeedThatIsNone) {
  EXPECT_FALSE(ReportSigner("").is_open());
  EXPECT_THROW(ReportSigner("77"), std::runtime_error);
  EXPECT_THROW(ReportSigner(std::string(64, 'x')), std::runtime_error);
}

// Whatever is uploaded as an archive is read within limits.
TEST(ZipArchive, ReadsBrokenArchivesWithoutHarm) {
  const auto genuine = sealed_workbook();
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    auto bytes = genuine;
    for (int changes = 0; changes < 8; ++changes) bytes[random() % bytes.size()] = static_cast<char>(random());
    identifiers_in(ByteSource(bytes));
  }
  EXPECT_TRUE(list_zip_entries(ByteSource("PK\x05\x06")).empty());
}

}  // namespace
}  // namespace kindling
