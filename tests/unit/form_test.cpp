#include <gtest/gtest.h>

#include "core/input.hpp"
#include "http/request.hpp"

namespace kindling::http {
namespace {

Request multipart(std::string body, std::size_t files_max = 1) {
  Request request;
  request.headers = {{"content-type", "multipart/form-data; boundary=b"}};
  request.body = std::move(body);
  request.files_max = files_max;
  return request;
}

std::string field(const std::string& name, const std::string& value) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
}
std::string file(const std::string& name, const std::string& filename, const std::string& bytes) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + filename +
         "\"\r\nContent-Type: Application/PDF; x=1\r\n\r\n" + bytes + "\r\n";
}

TEST(MultipartForm, HasItsFieldsAndItsFilesApart) {
  const auto request = multipart(field("title", "Rent") + file("evidence", "invoice.pdf", std::string("%PDF\0\r\n--x", 11)) +
                                 field("note", "two\r\nlines") + "--b--\r\n");
  const auto input = read_input(request);
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->text("title"), "Rent");
  EXPECT_EQ(input->text("note"), "two\r\nlines");
  EXPECT_EQ(input->find("evidence"), nullptr);
  const auto files = uploaded_files(request);
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->size(), 1u);
  const auto& [control, filename, content_type, bytes] = files->front();
  EXPECT_EQ(control, "evidence");
  EXPECT_EQ(filename, "invoice.pdf");
  EXPECT_EQ(content_type, "application/pdf");
  EXPECT_EQ(bytes, std::string_view("%PDF\0\r\n--x", 11));
  // A view into the body, not a copy.
  EXPECT_GE(bytes.data(), request.body.view().data());
  EXPECT_LE(bytes.data() + bytes.size(), request.body.view().data() + request.body.size());
}

TEST(MultipartForm, AControlWithoutAChosenFileIsNoFile) {
  const auto request = multipart(file("evidence", "", "") + "--b--", 0);
  EXPECT_TRUE(read_input(request).ok());
  EXPECT_TRUE(uploaded_files(request)->empty());
}

TEST(MultipartForm, AFileWhereNoneIsExpectedIsRefused) {
  const auto request = multipart(field("form_token", "t") + file("evidence", "a.pdf", "x") + "--b--", 0);
  ASSERT_FALSE(read_input(request).ok());
  EXPECT_EQ(read_input(request).error().kind, ErrorKind::kUnsupportedMedia);
  EXPECT_EQ(form_field(request, "form_token"), "t");  // so that the gate lets the user see why
}

TEST(MultipartForm, OneFileTooManyIsTheControlsErrorAndTheTypedValuesAreKept) {
  const auto request =
      multipart(file("evidence", "a.pdf", "x") + file("evidence", "b.pdf", "y") + field("title", "Rent") + "--b--");
  EXPECT_EQ(read_input(request)->text("title"), "Rent");
  const auto files = uploaded_files(request);
  ASSERT_FALSE(files.ok());
  EXPECT_EQ(files.error().fields.at(0), (FieldError{"evidence", "too_many_files", "Choose one file."}));
  EXPECT_TRUE(uploaded_files(multipart(file("e", "a", "x") + file("e", "b", "y") + "--b--", 2)).ok());
}

TEST(MultipartForm, AFilenameIsShownWithoutFoldersAndRefusedWhereItIsNoText) {
  const auto name_of = [](const std::string& filename) {
    const auto files = uploaded_files(multipart(file("e", filename, "x") + "--b--"));
    return files.ok() ? files->at(0).filename : "refused: " + files.error().fields.at(0).code;
  };
  EXPECT_EQ(name_of("../../etc/passwd"), "passwd");
  EXPECT_EQ(name_of("C:\\\\temp\\\\a.pdf"), "a.pdf");
  EXPECT_EQ(name_of("Beleg für Miete.pdf"), "Beleg für Miete.pdf");
  EXPECT_EQ(name_of(std::string(255, 'a')), std::string(255, 'a'));
  EXPECT_EQ(name_of(std::string(256, 'a')), "refused: filename");
  EXPECT_EQ(name_of("a\x01.pdf"), "refused: filename");
  EXPECT_EQ(name_of("a\xFF.pdf"), "refused: filename");
}

TEST(MultipartForm, BrokenPartsAreRefused) {
  for (const std::string body : {"", "--c\r\n", "--b", "--b\r\nno colon\r\n\r\nx\r\n--b--",
                                 "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
                                 "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever ended"}) {
    const auto input = read_input(multipart(body));
    ASSERT_FALSE(input.ok()) << body;
    EXPECT_EQ(input.error().code, "multipart_syntax") << body;
  }
}

TEST(MultipartForm, FieldsHaveALimitOfTheirOwn) {
  const std::size_t limit = 2 * 1024 * 1024;
  EXPECT_TRUE(read_input(multipart(field("a", std::string(limit, 'x')) + "--b--")).ok());
  const auto input = read_input(multipart(field("a", std::string(limit, 'x')) + field("b", "y") + "--b--"));
  ASSERT_FALSE(input.ok());
  EXPECT_EQ(input.error().kind, ErrorKind::kTooLarge);
}

TEST(MultipartForm, AFileOfManyNearBoundariesIsReadInLinearTime) {
  std::string bytes;
  while (bytes.size() < 10'000'000) bytes += "\r\n--";
  const auto request = multipart(file("evidence", "a.bin", bytes) + "--b--");
  EXPECT_EQ(uploaded_files(request)->at(0).bytes.size(), bytes.size());
}

TEST(UploadedFiles, AreNoneInAFormWithoutParts) {
  Request request;
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = "evidence=x";
  EXPECT_TRUE(uploaded_files(request)->empty());
}

// --- the body itself

TEST(Body, IsOneViewHoweverLargeItIs) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBodyInMemoryBytesMax, kBodyInMemoryBytesMax + 1,
                                 std::size_t{3'000'001}}) {
    Body body;
    std::string expected;
    while (expected.size() < size) {
      const std::string piece(std::min<std::size_t>(size - expected.size(), 4'093), static_cast<char>('a' + expected.size() % 23));
      expected += piece;
      ASSERT_TRUE(body.append(piece));
      ASSERT_EQ(body.size(), expected.size());
    }
    ASSERT_TRUE(body.finish());
    EXPECT_TRUE(body.view() == expected) << size;
    EXPECT_EQ(body.spooled(), size > kBodyInMemoryBytesMax);
  }
}

TEST(Body, StaysAsLongAsACopyLives) {
  std::string_view view;
  Body kept;
  {
    Body body;
    ASSERT_TRUE(body.append(std::string(kBodyInMemoryBytesMax * 2, 'x')));
    ASSERT_TRUE(body.finish());
    kept = body;
    view = kept.view();
  }
  EXPECT_EQ(view.back(), 'x');
}

}  // namespace
}  // namespace kindling::http
