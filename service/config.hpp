// The configuration: config/kindling.toml, each key overridable by the environment: [http] port is KINDLING_HTTP_PORT.
#pragma once

#include <cstdint>
#include <string>

namespace kindling {

struct Config {
  struct {
    std::string address = "127.0.0.1";
    int port = 8080;
    int workers = 8;
    int connections_max = 4096;
    std::string cors_origins;  // "https://a.example https://b.example"
  } http;
  struct {
    std::string url;        // the service's login
    std::string owner_url;  // the owner's, for migrations
    int sessions = 12;
    int lease_timeout_ms = 1500;
    int statement_timeout_ms = 10000;
  } database;
  struct {
    std::string name = "Sparks in the Dark";
    std::string logo_text = "Kindling";
    std::string currency = "EUR";
    std::string time_zone = "Europe/Brussels";
  } platform;
  struct {
    bool secure_cookies = false;
  } security;
  struct {
    std::string key;       // 64 hexadecimal digits; wins over the file
    std::string key_file;  // holds them
  } donor;
  struct {
    bool pledges = false;  // the public page takes promises
  } support;
  struct {
    std::string level = "info";
  } log;
  struct {
    int interval_ms = 500;
  } keeper;
  struct {
    int slots = 1;
  } jobs;
  struct {
    std::string prefix = "kindling";  // of identifiers: "360G-<prefix>-<number>"
    std::string publisher;            // empty: the platform's name
    std::string publisher_identifier;  // by org-id.guide
    std::string website;
    std::string licence = "https://creativecommons.org/licenses/by/4.0/";
  } open_data;
  struct {
    std::string signing_key;       // 64 hexadecimal digits; wins over the file
    std::string signing_key_file;  // holds them
    int timeout_minutes = 30;
    std::string monthly;           // keys of reports, separated by spaces
    int monthly_day = 1;
    int due_days = 14;
  } reports;
  std::string root;  // where migrations/, config/ and service/ lie: the folder above the file's
};

// Throws std::runtime_error with the file, the key and what is expected: for an unknown key, a wrong type, a value out
// of range, in the file or in the environment.
Config load_config(const std::string& path);

}  // namespace kindling
