#include "http/watchdog.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

namespace kindling::http {
namespace {

std::vector<int> own_descriptors() {
  std::vector<int> descriptors;
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return descriptors;
  while (const auto* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') descriptors.push_back(std::atoi(entry->d_name));
  }
  ::closedir(folder);
  return descriptors;
}

// Whether the socket is the near end of a connection to the port.
bool is_connection_to(int socket, std::uint16_t port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  const bool here = (address.ss_family == AF_INET && ntohs(v4->sin_port) == port) ||
                    (address.ss_family == AF_INET6 && ntohs(v6->sin6_port) == port);
  size = sizeof address;
  return here && ::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;  // not the listener
}

}  // namespace

SocketId socket_id(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode) ? status.st_ino : 0;
}

int Watchdog::look(const std::unordered_set<SocketId>& served, Clock::time_point now) {
  std::map<SocketId, Stray> seen;
  int ended = 0;
  for (const int descriptor : own_descriptors()) {
    // Nothing is asked of a descriptor that is not our own: its number may come to mean another socket while we look.
    const int held = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (held < 0) continue;
    const auto id = socket_id(held);
    if (id != 0 && !served.contains(id) && is_connection_to(held, port_)) {
      const auto before = strays_.find(id);
      auto stray = before == strays_.end() ? Stray{now} : before->second;
      if (!stray.ended && now - stray.first_seen >= lost_after_) {
        ::shutdown(held, SHUT_RDWR);
        stray.ended = true;
        ++ended;
      }
      seen.emplace(id, stray);
    }
    ::close(held);
  }
  strays_ = std::move(seen);
  return ended;
}

}  // namespace kindling::http
