#include <gtest/gtest.h>

#include "http/framing.hpp"

namespace kindling::http {
namespace {

Framer framer(std::size_t body_bytes_max = 1'000) {
  return Framer([body_bytes_max](Method, std::string_view) { return body_bytes_max; });
}

int status_of(std::string_view bytes) {
  auto under_test = framer();
  under_test.feed(bytes);
  return under_test.next() == Framer::State::kError ? under_test.error().status : 0;
}

constexpr std::string_view kChunked =
    "POST /a?x=1&x=2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;note=1\r\nhello\r\n6\r\n world\r\n0\r\n"
    "Trailer: passed over\r\n\r\n";

// Split inside a chunk's CRLF is what hangs a stock worker for ever.
TEST(Framer, ReadsTheSameRequestWhereverTheBytesAreSplit) {
  const std::string two = std::string(kChunked) + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
  for (std::size_t at = 0; at <= two.size(); ++at) {
    auto under_test = framer();
    std::vector<std::string> seen;
    for (const auto part : {std::string_view(two).substr(0, at), std::string_view(two).substr(at)}) {
      under_test.feed(part);
      while (under_test.next() == Framer::State::kRequest) {
        auto framed = under_test.take();
        seen.push_back(framed.request.target + "|" + std::string(framed.request.body));
      }
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"/a?x=1&x=2|hello world", "/b|"})) << "split at " << at;
  }
}

TEST(Framer, RefusesWhatCouldSmuggleARequest) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status_of(head + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: abc\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: +3\r\n\r\nabc"), 400);
  EXPECT_EQ(status_of(head + "Content-Length: 99999999999999999999\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Content-Length : 3\r\n\r\nabc"), 400);
  EXPECT_EQ(status_of(head + "X: a\r\n folded\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "X: a\nY: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "Transfer-Encoding: gzip\r\n\r\n"), 501);
  EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 400);
  EXPECT_EQ(status_of(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n"), 400);
}

TEST(Framer, RefusesBrokenRequestLines) {
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(status_of("BREW / HTTP/1.1\r\nHost: h\r\n\r\n"), 501);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);                     // no Host
  EXPECT_EQ(status_of("GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n"), 400);  // no proxy
  EXPECT_EQ(status_of("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(Framer, HoldsItsLimitsJustInsideAndJustOutside) {
  const auto get = [](std::size_t bytes) { return "GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"; };
  EXPECT_EQ(status_of(get(kTargetBytesMax)), 0);
  EXPECT_EQ(status_of(get(kTargetBytesMax + 1)), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(kHeadBytesMax, 'a')), 431);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1'000, 'b')), 0);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"), 413);
}

TEST(Framer, KnowsWhetherTheConnectionStays) {
  const auto keeps = [](std::string_view version, std::string_view header) {
    auto under_test = framer();
    under_test.feed("GET / HTTP/" + std::string(version) + "\r\nHost: h\r\n" + std::string(header) + "\r\n");
    EXPECT_EQ(under_test.next(), Framer::State::kRequest);
    return under_test.take().keep_alive;
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_FALSE(keeps("1.1", "Connection: Close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_TRUE(keeps("1.0", "Connection: keep-alive\r\n"));
}

TEST(Framer, AsksOnceToContinue) {
  auto under_test = framer();
  under_test.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(under_test.next(), Framer::State::kNeedsMore);
  EXPECT_TRUE(under_test.take_continue());
  EXPECT_FALSE(under_test.take_continue());
  under_test.feed("ok");
  EXPECT_EQ(under_test.next(), Framer::State::kRequest);
}

}  // namespace
}  // namespace kindling::http
