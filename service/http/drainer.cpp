#include "http/drainer.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace kindling::http {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kSendBytesMax = 256 * 1024;  // at a time, so that readers take turns

}  // namespace

bool Rest::send_some(int socket) {
  std::size_t budget = kSendBytesMax;
  while (offset < bytes.size() && budget > 0) {
    const auto want = std::min(bytes.size() - offset, budget);
    const auto sent = ::send(socket, bytes.data() + offset, want, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    offset += static_cast<std::size_t>(sent);
    budget -= static_cast<std::size_t>(sent);
  }
  while (file && offset == bytes.size() && file_offset < file->bytes() && budget > 0) {
    off_t at = file_offset;
    const auto want = std::min<std::int64_t>(file->bytes() - file_offset, static_cast<std::int64_t>(budget));
    const auto sent = ::sendfile(socket, file->descriptor(), &at, static_cast<std::size_t>(want));
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    if (sent == 0) return false;  // the file became shorter
    file_offset += sent;
    budget -= static_cast<std::size_t>(sent);
  }
  return true;
}

struct Drainer::Impl {
  struct Job {
    int socket;
    Rest rest;
    Done done;
    Clock::time_point progress;
  };

  explicit Impl(int idle) : idle_timeout(idle) {}

  std::chrono::milliseconds idle_timeout;
  int poller = ::epoll_create1(EPOLL_CLOEXEC);
  int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::mutex mutex;
  std::vector<Job> arriving;           // guarded by mutex
  std::map<std::uint64_t, Job> jobs;   // the thread's own
  std::uint64_t next_id = 1;           // 0 is the wake-up
  std::atomic<std::int64_t> active{0};
  std::atomic<bool> stopping{false};
  std::thread thread;

  void run() {
    // sendfile has no MSG_NOSIGNAL; the signal of a reader that went away comes to the thread that writes.
    sigset_t broken_pipe;
    ::sigemptyset(&broken_pipe);
    ::sigaddset(&broken_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    std::array<epoll_event, 64> events;
    while (!stopping) {
      const int count = ::epoll_wait(poller, events.data(), events.size(), 500);
      for (int i = 0; i < count; ++i) {
        if (events[i].data.u64 == 0) {
          std::uint64_t ignored;
          [[maybe_unused]] const auto got = ::read(wake, &ignored, sizeof ignored);
          admit();
        } else {
          advance(events[i].data.u64);
        }
      }
      drop_idle();
    }
    admit();
    while (!jobs.empty()) finish(jobs.begin(), false);
  }

  void admit() {
    std::vector<Job> arrived;
    {
      const std::lock_guard lock(mutex);
      arrived.swap(arriving);
    }
    for (auto& job : arrived) {
      const auto id = next_id++;
      const int socket = job.socket;
      const auto placed = jobs.emplace(id, std::move(job)).first;
      epoll_event event{.events = EPOLLOUT, .data = {.u64 = id}};
      if (::epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event) != 0) finish(placed, false);
    }
  }

  void advance(std::uint64_t id) {
    const auto at = jobs.find(id);
    if (at == jobs.end()) return;
    auto& job = at->second;
    const auto before = static_cast<std::int64_t>(job.rest.offset) + job.rest.file_offset;
    if (!job.rest.send_some(job.socket)) {
      finish(at, false);
      return;
    }
    if (static_cast<std::int64_t>(job.rest.offset) + job.rest.file_offset != before) job.progress = Clock::now();
    if (job.rest.done()) finish(at, true);
  }

  void drop_idle() {
    const auto limit = Clock::now() - idle_timeout;
    for (auto at = jobs.begin(); at != jobs.end();) {
      const auto current = at++;
      if (current->second.progress < limit) finish(current, false);
    }
  }

  void finish(std::map<std::uint64_t, Job>::iterator at, bool sent) {
    ::epoll_ctl(poller, EPOLL_CTL_DEL, at->second.socket, nullptr);
    const auto done = std::move(at->second.done);
    jobs.erase(at);
    done(sent);
    --active;
  }
};

Drainer::Drainer(int idle_timeout_ms) : impl_(std::make_unique<Impl>(idle_timeout_ms)) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = 0}};
  ::epoll_ctl(impl_->poller, EPOLL_CTL_ADD, impl_->wake, &event);
  impl_->thread = std::thread([this] { impl_->run(); });
}

Drainer::~Drainer() {
  impl_->stopping = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(impl_->wake, &one, sizeof one);
  impl_->thread.join();
  ::close(impl_->wake);
  ::close(impl_->poller);
}

void Drainer::add(int socket, Rest rest, Done done) {
  ++impl_->active;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->arriving.push_back({socket, std::move(rest), std::move(done), Clock::now()});
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(impl_->wake, &one, sizeof one);
}

std::int64_t Drainer::active() const { return impl_->active; }

}  // namespace kindling::http
