// What budget_read is held against: stock Pistache answering fixed bytes from memory.
#include <pistache/endpoint.h>

#include <fstream>
#include <iostream>
#include <sstream>

namespace {

std::string the_body;

struct Bare : Pistache::Http::Handler {
  HTTP_PROTOTYPE(Bare)
  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter response) override {
    response.send(Pistache::Http::Code::Ok, the_body, MIME(Application, Json));
  }
};

}  // namespace

// bare_pistache PORT FILE
int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ostringstream bytes;
  bytes << std::ifstream(argv[2], std::ios::binary).rdbuf();
  the_body = bytes.str();
  Pistache::Http::Endpoint endpoint(
      Pistache::Address("127.0.0.1", Pistache::Port(static_cast<std::uint16_t>(std::stoi(argv[1])))));
  endpoint.init(Pistache::Http::Endpoint::options().threads(8).flags(Pistache::Tcp::Options::ReuseAddr));
  endpoint.setHandler(Pistache::Http::make_handler<Bare>());
  endpoint.serve();
}
