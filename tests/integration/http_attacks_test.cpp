// Every fault that stock Pistache 0.0.5 is known for, sent over a socket to the real server.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/router.hpp"
#include "http/server.hpp"

namespace kindling::http {
namespace {

constexpr std::size_t kLargeBytes = 50 * 1024 * 1024;

// A sanitizer makes the same work take many times as long; what is waited for, and how soon, grows with it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSlowness = 20;
#else
constexpr int kSlowness = 1;
#endif
constexpr std::chrono::seconds kPatience{3 * kSlowness};
constexpr std::chrono::seconds kSoon{1 * kSlowness};

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server may have closed already: what it answered is what counts
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Reads until `mark` was seen, the connection ended, or patience did.
  std::string read_until(std::string_view mark) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    std::size_t searched = 0;  // looked at once: an answer of 50 MB arrives in many pieces
    while (received_.find(mark, searched) == std::string::npos) {
      searched = received_.size() - std::min(received_.size(), mark.size());
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd readable{socket_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0) break;
      char buffer[65536];
      const auto got = ::recv(socket_, buffer, sizeof buffer, 0);
      if (got <= 0) break;
      received_.append(buffer, static_cast<std::size_t>(got));
    }
    return std::exchange(received_, {});
  }
  std::string read_to_end() { return read_until("\x01never\x01"); }

 private:
  int socket_;
  std::string received_;
};

int status_in(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }

class HttpAttacks : public ::testing::Test {
 protected:
  void SetUp() override {
    add(Method::kGet, "/hello", [](const Request&) { return text("hello"); });
    add(Method::kGet, "/echo/{word}", [](const Request& r) { return text(r.path_param("word") + "|" + std::string(r.query_param("q").value_or(""))); });
    add(Method::kPost, "/echo", [](const Request& r) { return text(std::string(r.body)); });
    add(Method::kGet, "/throws-int", [](const Request&) -> Response { throw 42; });
    add(Method::kGet, "/throws", [](const Request&) -> Response { throw std::runtime_error("a secret inside"); });
    add(Method::kGet, "/crlf", [](const Request&) { return text("x").with("X-User", "a\r\nSet-Cookie: stolen=1"); });
    add(Method::kGet, "/large", [](const Request&) { return text(std::string(kLargeBytes, 'x')); });
    add(Method::kGet, "/file", [](const Request&) {
      Response response;
      const int descriptor = ::memfd_create("large", MFD_CLOEXEC);
      EXPECT_EQ(::ftruncate(descriptor, kLargeBytes), 0);
      response.file = std::make_shared<const FileBody>(descriptor, kLargeBytes);
      return response;
    });
    start({});
  }
  void start(ServerConfig config) {
    config.port = 0;
    config.workers = 2;
    config.drain_idle_timeout_ms *= kSlowness;
    server_ = std::make_unique<Server>(config, router_);
    server_->start();
  }
  void add(Method method, const char* pattern, Handler handler) {
    router_.add({.method = method, .pattern = pattern, .action = Action::kPublic, .handler = std::move(handler)});
  }
  std::string answer_to(std::string_view bytes) {
    Client client(server_->port());
    client.send(bytes);
    return client.read_to_end();
  }
  // That the server still answers, on fresh connections to both workers, and soon.
  void expect_alive() {
    for (int i = 0; i < 4; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_EQ(status_in(answer_to("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")), 200);
      EXPECT_LT(std::chrono::steady_clock::now() - begin, kSoon);
    }
  }

  Router router_;
  std::unique_ptr<Server> server_;
};

TEST_F(HttpAttacks, AChunkSplitInsideItsLineEndIsRead) {
  Client client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // so that the split arrives as two reads
  client.send("\n0\r\n\r\n");
  EXPECT_NE(client.read_until("hello").find("hello"), std::string::npos);
  expect_alive();
}

TEST_F(HttpAttacks, SixteenThousandSlashesAreTooLongAnAddress) {
  EXPECT_EQ(status_in(answer_to("GET " + std::string(16'000, '/') + " HTTP/1.1\r\nHost: h\r\n\r\n")), 414);
  EXPECT_EQ(status_in(answer_to("GET " + std::string(8'000, '/') + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")), 404);
  expect_alive();
}

TEST_F(HttpAttacks, TwentySlowReadersCostOthersNothing) {
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<Client>(server_->port(), 4096));
    slow.back()->send(i % 2 == 0 ? "GET /large HTTP/1.1\r\nHost: h\r\n\r\n" : "GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  for (auto& client : slow) EXPECT_EQ(status_in(client->read_until("\r\n\r\n")), 200);
  expect_alive();
  EXPECT_GE(server_->figures().responses_draining, 19);  // the last one may be on its way to the drainer
}

TEST_F(HttpAttacks, AnswersArriveWholeThroughTheDrainerAndPipelinedOnesFollow) {
  Client client(server_->port());
  client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto all = client.read_to_end();
  EXPECT_GT(all.size(), kLargeBytes);
  EXPECT_TRUE(all.ends_with("\r\n\r\nhello"));
}

TEST_F(HttpAttacks, WhateverAHandlerThrowsIsCaughtAndNothingInsideIsShown) {
  for (const auto* path : {"/throws-int", "/throws"}) {
    const auto answer = answer_to("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_in(answer), 500);
    EXPECT_EQ(answer.find("secret"), std::string::npos);
  }
  expect_alive();
}

TEST_F(HttpAttacks, AbortedDownloadsLeaveNoDescriptorOpen) {
  const auto open = [] {
    int count = 0;
    for (int descriptor = 0; descriptor < 1'024; ++descriptor) count += ::fcntl(descriptor, F_GETFD) >= 0;
    return count;
  };
  expect_alive();
  const int before = open();
  for (int i = 0; i < 30; ++i) {
    Client client(server_->port(), 4096);
    client.send("GET /file HTTP/1.1\r\nHost: h\r\n\r\n");
    client.read_until("\r\n\r\n");
  }
  for (int wait = 0; wait < 100 && open() > before + 4; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_LE(open(), before + 4);
}

TEST_F(HttpAttacks, AFiveMegabyteHeaderIsRefusedAtItsLimit) {
  const auto begin = std::chrono::steady_clock::now();
  Client client(server_->port());
  client.send("GET /hello HTTP/1.1\r\nHost: h\r\nX: " + std::string(5 * 1024 * 1024, 'a'));
  EXPECT_EQ(status_in(client.read_until("\r\n\r\n")), 431);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  expect_alive();
}

TEST_F(HttpAttacks, WhatFollowsATooLargeBodyIsNoRequest) {
  const auto answer = answer_to("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\nGET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(status_in(answer), 413);
  EXPECT_EQ(answer.find("200 OK"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
}

TEST_F(HttpAttacks, MethodsWithoutARouteGetTheirAnswer) {
  const auto put = answer_to("PUT /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(status_in(put), 405);
  EXPECT_NE(put.find("Allow: GET, HEAD, OPTIONS"), std::string::npos);
  EXPECT_EQ(status_in(answer_to("OPTIONS /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")), 204);
  EXPECT_EQ(status_in(answer_to("BREW /hello HTTP/1.1\r\nHost: h\r\n\r\n")), 501);
}

TEST_F(HttpAttacks, HeadHasTheLengthAndNoBody) {
  const auto answer = answer_to("HEAD /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 5"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpAttacks, PipelinedRequestsAreAllAnsweredInOrder) {
  const auto all = answer_to("GET /echo/1 HTTP/1.1\r\nHost: h\r\n\r\nGET /echo/2 HTTP/1.1\r\nHost: h\r\n\r\n"
                             "GET /echo/3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_LT(all.find("1|"), all.find("2|"));
  EXPECT_LT(all.find("2|"), all.find("3|"));
}

TEST_F(HttpAttacks, EscapesAreDecodedOnceAndRepeatedKeysKept) {
  const auto answer = answer_to("GET /echo/a%2Fb%2520c?q=%26&q=2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("a/b%20c|&")) << answer;
}

TEST_F(HttpAttacks, StrangeHeadersAreNoErrors) {
  EXPECT_EQ(status_in(answer_to("GET /hello HTTP/1.1\r\nHost: :::\r\nCookie: broken\r\nDate: never\r\nAccept: ;;\r\n"
                                "Cache-Control: =\r\nContent-Type: /\r\nConnection: close\r\n\r\n")), 200);
}

TEST_F(HttpAttacks, NoHandlerCanPutALineIntoTheHead) {
  const auto answer = answer_to("GET /crlf HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_in(answer), 500);
  EXPECT_EQ(answer.find("stolen"), std::string::npos);
}

TEST_F(HttpAttacks, ContinueIsSaidBeforeTheBody) {
  Client client(server_->port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_TRUE(client.read_until("\r\n\r\nok").ends_with("ok"));
}

// The figure of /proc/self/status in KB: "RssAnon", memory that no file stands behind.
std::size_t status_kilobytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::stoul(line.substr(name.size() + 1));
  }
  return 0;
}

TEST_F(HttpAttacks, UploadsOf64MegabytesAreReadWholeAndNotHeldInMemory) {
  server_->stop();
  std::atomic<std::size_t> most = 0;  // of a worker's thread, read here
  const auto count = [&](const Request& request) {
    most = std::max(most.load(), status_kilobytes("RssAnon"));
    return text(std::to_string(std::ranges::count(std::string_view(request.body), 'x')));
  };
  router_.add({.method = Method::kPost, .pattern = "/upload", .action = Action::kPublic, .handler = count, .doc = {},
               .body_bytes_max = 64 * 1024 * 1024});
  start({});
  const auto before = status_kilobytes("RssAnon");
  const std::string block(64 * 1024, 'x');
  Client by_length(server_->port());
  by_length.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 67108864\r\n\r\n");
  for (int i = 0; i < 1'024; ++i) by_length.send(block);
  EXPECT_TRUE(by_length.read_until("67108864").ends_with("\r\n\r\n67108864"));
  Client chunked(server_->port());
  chunked.send("POST /upload HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 1'024; ++i) chunked.send("10000\r\n" + block + "\r\n");
  chunked.send("0\r\n\r\n");
  EXPECT_TRUE(chunked.read_until("67108864").ends_with("\r\n\r\n67108864"));
  EXPECT_LT(most, before + 8 * 1024) << "KB held, of a body of 65536 KB";
  Client too_large(server_->port());
  too_large.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 67108865\r\n\r\n");
  EXPECT_THAT(too_large.read_to_end(), ::testing::HasSubstr("larger than the 64 MB"));
}

// The listening socket of the server, which this process shares with it.
int listener_of(std::uint16_t port) {
  for (int descriptor = 3; descriptor < 1'024; ++descriptor) {
    int listens = 0;
    socklen_t size = sizeof listens;
    sockaddr_in address{};
    socklen_t address_size = sizeof address;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens == 1 &&
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &address_size) == 0 &&
        ntohs(address.sin_port) == port) {
      return descriptor;
    }
  }
  return -1;
}

// The transport loses a connection once in 629,000, which nobody can wait for: here one is accepted beside the transport,
// by a thread that never sleeps, so that the process holds it and no Connection knows of it.
TEST_F(HttpAttacks, AConnectionThatIsAcceptedAndServedByNobodyIsEnded) {
  server_->stop();
  start({.lost_timeout_ms = 300});
  const int listener = listener_of(server_->port());
  ASSERT_GE(listener, 0);
  std::atomic<int> stolen{-1};
  std::atomic<bool> done{false};
  std::thread thief([&] {
    while (stolen < 0 && !done) stolen = ::accept(listener, nullptr, nullptr);
  });
  std::string answer;
  for (int knock = 0; knock < 300 && stolen < 0; ++knock) {
    Client client(server_->port());
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    answer = client.read_until("hello");
  }
  done = true;
  thief.join();
  ASSERT_GE(stolen, 0) << "the transport was quicker each time";
  ::close(stolen);
  EXPECT_EQ(answer, "");  // ended, and long before the 3 s of the client were over
  // It is counted behind its end, which the client may see first.
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (server_->figures().connections_lost == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(server_->figures().connections_lost, 1);
  expect_alive();
}

TEST_F(HttpAttacks, AConnectionThatIsKeptOpenIsNotLost) {
  server_->stop();
  start({.lost_timeout_ms = 100});
  Client client(server_->port());
  for (int i = 0; i < 5; ++i) {
    client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_in(client.read_until("hello")), 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
  EXPECT_EQ(server_->figures().connections_lost, 0);
}

TEST_F(HttpAttacks, OneConnectionTooManyIsToldToComeBack) {
  server_->stop();
  start({.connections_max = 3});
  std::vector<std::unique_ptr<Client>> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::make_unique<Client>(server_->port()));
    held.back()->send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(status_in(held.back()->read_until("hello")), 200);
  }
  const auto refused = answer_to("");
  EXPECT_EQ(status_in(refused), 503);
  EXPECT_NE(refused.find("Retry-After:"), std::string::npos);
}

TEST_F(HttpAttacks, WhoSendsHalfAHeadIsNotWaitedForForever) {
  server_->stop();
  start({.header_timeout_ms = 200});
  EXPECT_EQ(status_in(answer_to("GET /hello HTT")), 408);
}

TEST_F(HttpAttacks, StoppingLetsWhatIsInFlightArrive) {
  Client client(server_->port());
  client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
  client.read_until("\r\n\r\n");
  std::size_t size = 0;
  std::thread stopper([&] { server_->stop(); });
  size = client.read_to_end().size();
  stopper.join();
  EXPECT_GT(size + 65'536, kLargeBytes);
}

}  // namespace
}  // namespace kindling::http
