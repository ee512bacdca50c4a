#include "identity/password.hpp"

#include <sodium.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <stdexcept>

#include "identity/secret.hpp"

namespace kindling {
namespace {

using namespace std::chrono_literals;

constexpr int kAtOnce = 2;
constexpr auto kWait = 2s;

// The places at which argon2id is computed: 64 MB each, so that a crowd at the door cannot take the memory.
class Places {
 public:
  bool take() {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, kWait, [this] { return taken_ < kAtOnce; })) return false;
    ++taken_;
    return true;
  }
  void give() {
    {
      const std::lock_guard lock(mutex_);
      --taken_;
    }
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int taken_ = 0;
};

Places& places() {
  static Places places;
  return places;
}

struct Place {
  bool taken = places().take();
  Place() = default;
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (taken) places().give();
  }
};

Error busy() {
  return {ErrorKind::kUnavailable,
          "sign_in_busy",
          "Many people are signing in. Please try again in a moment.",
          {}};
}

std::string argon2id(std::string_view password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return hash;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  const Place place;
  if (!place.taken) return busy();
  return argon2id(password);
}

Result<bool> verify_password(std::string_view password, const std::optional<std::string>& hash) {
  const Place place;
  if (!place.taken) return busy();
  static const std::string nobody = argon2id(random_secret());
  const std::string& against = hash ? *hash : nobody;
  const bool same = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return same && hash.has_value();
}

std::string one_time_password() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";  // none that looks like another
  if (sodium_init() < 0) throw std::runtime_error("libsodium could not start");
  std::string password;
  for (int i = 0; i < 16; ++i) {
    if (i > 0 && i % 4 == 0) password += '-';
    password += kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
  }
  return password;
}

}  // namespace kindling
