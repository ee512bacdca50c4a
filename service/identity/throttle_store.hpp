// What was tried at the door: a delay that grows with each failure, for an account and for an address.
#pragma once

#include <string>
#include <string_view>

namespace kindling {

struct Transaction;
namespace http {
struct Request;
}

// Who tries: both are stored as hashes.
struct Attempt {
  std::string email;    // as normalised
  std::string address;  // of the client
};

// The client's address: the peer's, or what our own proxy on this machine says of it.
std::string client_address(const http::Request& request);

// Counts the attempt as failed before anything is verified, so that a hundred at the same time are a hundred.
// After 5 failures of an account (20 of an address) further attempts are refused for 2, 4, 8 ... seconds, at
// most 1 minute (15 minutes); an hour of rest forgets. Returns 0, or the seconds to wait. Commit it whatever
// the password turns out to be.
int count_attempt(Transaction& transaction, const Attempt& attempt);

// A form that anybody may send: after 5 within an hour of each other an address waits 2, 4, 8 ... seconds, at most an hour.
// Returns 0, or the seconds to wait. Commit it whatever becomes of the form.
int count_public_form(Transaction& transaction, std::string_view form, const std::string& address);

// The attempt was right: the account starts anew, the address gets this one back.
void forgive_attempt(Transaction& transaction, const Attempt& attempt);

}  // namespace kindling
