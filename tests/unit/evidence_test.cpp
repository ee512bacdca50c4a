#include "spending/evidence.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

using namespace std::string_literals;

std::string type_of(const std::string& bytes) { return std::string(media_type_of(bytes).value_or("unknown")); }

std::string zip_with(const std::string& first_name, const std::string& content, const std::string& rest = "") {
  return "PK\x03\x04"s + std::string(26, '\0') + first_name + content + rest;
}

TEST(Evidence, TypeIsFoundInTheBytes) {
  EXPECT_EQ(type_of("%PDF-1.7\n..."), "application/pdf");
  EXPECT_EQ(type_of("\x89PNG\r\n\x1A\n...."), "image/png");
  EXPECT_EQ(type_of("\xFF\xD8\xFF\xE0...."), "image/jpeg");
  EXPECT_EQ(type_of(zip_with("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "PK...")),
            "application/vnd.oasis.opendocument.spreadsheet");
  EXPECT_EQ(type_of(zip_with("[Content_Types].xml", "...", "xl/workbook.xml...")),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  EXPECT_EQ(type_of("date,amount\n2026-01-01,5\n"), "text/csv");
  EXPECT_EQ(type_of("\xEF\xBB\xBF<?xml version=\"1.0\"?><Invoice/>"), "application/xml");
  EXPECT_EQ(type_of("Paid in cash"), "text/plain");
}

TEST(Evidence, WhatABrowserWouldRunOrNobodyCanReadIsRefused) {
  for (const auto& bytes : {"<html><script>alert(1)</script>"s, "\n <svg onload=alert(1)>"s, "MZ\x90\0\x03"s,
                            zip_with("evil.exe", "..."), "   "s, "\x7F""ELF"s}) {
    EXPECT_EQ(type_of(bytes), "unknown") << bytes;
    EXPECT_EQ(parse_evidence("invoice.pdf", bytes).error().fields.front().code, "unknown_type");
  }
}

TEST(Evidence, TenMegabytesAreTheLimit) {
  std::string file = "%PDF-1.7";
  file.resize(kEvidenceBytesMax, 'x');
  EXPECT_TRUE(parse_evidence("a.pdf", file));
  file += 'x';
  EXPECT_EQ(parse_evidence("a.pdf", file).error().fields.front().code, "too_large");
  EXPECT_EQ(parse_evidence("a.pdf", "").error().fields.front().code, "required");
}

TEST(Evidence, TheNameIsOneLineWithoutFolders) {
  EXPECT_EQ(parse_evidence("C:\\eva\\R-1.pdf", "%PDF-")->name, "R-1.pdf");
  EXPECT_EQ(parse_evidence("../../etc/passwd", "%PDF-")->name, "passwd");
  EXPECT_EQ(parse_evidence("a\r\nb.pdf", "%PDF-")->name, "ab.pdf");
  EXPECT_EQ(parse_evidence("", "%PDF-")->name, "evidence");
  EXPECT_EQ(parse_evidence("\xFF.pdf", "%PDF-")->name, "evidence");
  EXPECT_EQ(parse_evidence(std::string(300, 'a'), "%PDF-")->name.size(), 200u);
  EXPECT_EQ(parse_evidence("a.pdf", "%PDF-")->sha256.size(), 64u);
}

}  // namespace
}  // namespace kindling
