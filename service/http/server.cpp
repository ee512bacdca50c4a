// Pistache's transport (accepting, workers, epoll) carries our own framing. Nothing else of the library faces a client:
// its parser hangs on split chunks, rescans headers and lets requests be smuggled; its router overflows the stack on
// many slashes and races on an unknown method; its writer spins on a slow reader. See ARCHITECTURE.md, "The wire".
#include "http/server.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_set>
#include <vector>

#include <pistache/listener.h>
#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <sodium.h>

#include "http/connection.hpp"
#include "http/router.hpp"
#include "http/watchdog.hpp"

namespace kindling::http {
namespace {

constexpr const char* kPeerData = "connection";
constexpr auto kTick = std::chrono::milliseconds(500);

// All connections, for time limits and for the watchdog.
class Registry {
 public:
  void add(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.push_back(connection);
  }
  std::vector<std::shared_ptr<Connection>> alive() {
    std::vector<std::shared_ptr<Connection>> alive;
    const std::lock_guard lock(mutex_);
    for (auto at = connections_.begin(); at != connections_.end();) {
      auto connection = at->lock();
      at = connection ? std::next(at) : connections_.erase(at);
      if (connection) alive.push_back(std::move(connection));
    }
    return alive;
  }

 private:
  std::mutex mutex_;
  std::list<std::weak_ptr<Connection>> connections_;
};

// Tasks that follow a drained answer. One thread: a client that pipelines behind a large answer is rare.
class Resumer {
 public:
  Resumer() : thread_([this] { run(); }) {}
  ~Resumer() { stop(); }
  // Ends the task that runs and drops the rest; what is added later is dropped too.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      tasks_.clear();
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }
  void add(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      task = nullptr;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

// The transport's end of a connection. It lets go of the connection in code of ours: the count that the library keeps of
// this is its own affair, and no order of our threads hangs on it.
struct Line {
  std::shared_ptr<Connection> connection;

  static void tie(Pistache::Tcp::Peer& peer, std::shared_ptr<Connection> connection) {
    peer.putData(kPeerData, std::make_shared<Line>(Line{std::move(connection)}));
  }
  // A copy, because the peer may lose its data while a request is answered; nullptr where it has none.
  static std::shared_ptr<Connection> of(const Pistache::Tcp::Peer& peer) {
    const auto line = std::static_pointer_cast<Line>(peer.tryGetData(kPeerData));
    return line ? line->connection : nullptr;
  }
};

// Each worker of the transport has a copy; they share the exchange.
class WireHandler final : public Pistache::Tcp::Handler {
  PROTOTYPE_OF(Pistache::Tcp::Handler, WireHandler)

 public:
  WireHandler(Exchange& exchange, Registry& registry) : exchange_(&exchange), registry_(&registry) {}
  WireHandler(const WireHandler& other) : Pistache::Tcp::Handler(), exchange_(other.exchange_), registry_(other.registry_) {}

  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const int socket = ::dup(peer->fd());
    if (socket < 0) return;  // out of descriptors: the watchdog ends it
    auto connection = std::make_shared<Connection>(*exchange_, socket, peer->address().host());
    Line::tie(*peer, connection);
    registry_->add(connection);
    if (exchange_->stopping || exchange_->open > exchange_->config.connections_max) connection->refuse();
  }

  void onInput(const char* buffer, std::size_t length, const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto connection = Line::of(*peer);
    if (connection) connection->receive({buffer, length});
  }

  void onDisconnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override {
    const auto connection = Line::of(*peer);
    if (connection) connection->gone();
  }

 private:
  Exchange* exchange_;
  Registry* registry_;
};

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

}  // namespace

struct Server::Impl {
  Impl(const ServerConfig& config, const Router& router) : exchange(config, router) {
    exchange.resume = [this](std::function<void()> task) { resumer.add(std::move(task)); };
  }

  Resumer resumer;  // outlives the drainer, which hands tasks to it
  Exchange exchange;
  Registry registry;
  std::unique_ptr<Pistache::Tcp::Listener> listener;
  std::uint16_t bound_port = 0;
  std::mutex mutex;
  std::condition_variable wake;
  bool ticking = false;
  bool stopped = false;
  std::thread ticker;

  void tick() {
    using Clock = std::chrono::steady_clock;
    const auto lost_after = std::chrono::milliseconds(exchange.config.lost_timeout_ms);
    Watchdog watchdog(bound_port, lost_after);
    auto looked = Clock::now();
    std::unique_lock lock(mutex);
    while (ticking) {
      wake.wait_for(lock, exchange.stopping ? std::chrono::milliseconds(20) : kTick);
      lock.unlock();
      const auto alive = registry.alive();
      const auto now = Clock::now();
      for (const auto& connection : alive) connection->check_time(now);
      if (now - looked >= lost_after / 3) {
        looked = now;
        std::unordered_set<SocketId> served;
        for (const auto& connection : alive) served.insert(connection->id());
        exchange.lost += watchdog.look(served, now);
      }
      lock.lock();
    }
  }
};

Server::Server(ServerConfig config, const Router& router) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  raise_descriptor_limit();
  impl_ = std::make_unique<Impl>(config, router);
}

Server::~Server() { stop(); }

void Server::start() {
  const auto& config = impl_->exchange.config;
  const Pistache::Address address(config.address, Pistache::Port(config.port));
  impl_->listener = std::make_unique<Pistache::Tcp::Listener>(address);
  using Pistache::Tcp::Options;
  impl_->listener->init(static_cast<std::size_t>(config.workers),
                        Pistache::Flags<Options>(Options::ReuseAddr) | Options::NoDelay | Options::CloseOnExec, "http");
  impl_->listener->setHandler(std::make_shared<WireHandler>(impl_->exchange, impl_->registry));
  try {
    impl_->listener->bind();
  } catch (const std::exception&) {
    throw std::runtime_error("port " + std::to_string(config.port) + " on " + config.address + " cannot be bound");
  }
  impl_->bound_port = static_cast<std::uint16_t>(impl_->listener->getPort());
  impl_->listener->runThreaded();
  impl_->ticking = true;
  impl_->ticker = std::thread([this] { impl_->tick(); });
}

std::uint16_t Server::port() const { return impl_->bound_port; }

void Server::stop() {
  if (!impl_ || impl_->stopped) return;
  impl_->stopped = true;
  impl_->exchange.stopping = true;  // idle connections close, new ones are refused, answers say "close"
  impl_->wake.notify_all();
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(impl_->exchange.config.stop_timeout_ms);
  while (impl_->exchange.in_flight > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (impl_->listener) impl_->listener->shutdown();
  impl_->resumer.stop();  // before what its tasks stand on goes
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ticking = false;
  }
  impl_->wake.notify_all();
  if (impl_->ticker.joinable()) impl_->ticker.join();
  impl_->listener.reset();
}

ServerFigures Server::figures() const {
  const auto& exchange = impl_->exchange;
  return {exchange.open, exchange.refused, exchange.lost, exchange.requests, exchange.drainer.active()};
}

}  // namespace kindling::http
