#include <cstdint>
#include <string>

#include "core/input.hpp"
#include "http/request.hpp"

// The first byte chooses the kind of form; the rest is its body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kindling::http::Request request;
  request.headers = {{"content-type", data[0] % 2 == 0 ? "application/x-www-form-urlencoded"
                                                       : "multipart/form-data; boundary=b"}};
  request.body = std::string(reinterpret_cast<const char*>(data + 1), size - 1);
  request.files_max = 2;
  (void)kindling::http::read_input(request);
  (void)kindling::http::uploaded_files(request);
  (void)kindling::http::form_field(request, "form_token");
  return 0;
}
