#include "net/address_class.h"

#include <gtest/gtest.h>

namespace portreeve::net {
namespace {

TEST(AddressClass, Table) {
  const struct {
    const char* text;
    AddressClass want;
  } kCases[] = {
      {"140.82.121.34", AddressClass::global},
      {"8.8.8.8", AddressClass::global},
      {"10.1.2.3", AddressClass::internal},
      {"172.16.0.1", AddressClass::internal},
      {"172.32.0.1", AddressClass::global},
      {"192.168.1.1", AddressClass::internal},
      {"100.64.0.1", AddressClass::internal},
      {"100.128.0.1", AddressClass::global},
      {"127.0.0.1", AddressClass::loopback},
      {"127.255.255.255", AddressClass::loopback},
      {"0.0.0.0", AddressClass::reserved},
      {"169.254.169.254", AddressClass::reserved},
      {"192.0.2.1", AddressClass::reserved},
      {"224.0.0.1", AddressClass::reserved},
      {"255.255.255.255", AddressClass::reserved},
      {"::1", AddressClass::loopback},
      {"::", AddressClass::reserved},
      {"2606:4700::1111", AddressClass::global},
      {"fe80::1", AddressClass::reserved},
      {"fd00::1", AddressClass::internal},
      {"ff02::1", AddressClass::reserved},
      {"2001:db8::1", AddressClass::reserved},
      {"::ffff:127.0.0.1", AddressClass::loopback},
      {"::ffff:169.254.169.254", AddressClass::reserved},
      {"::169.254.169.254", AddressClass::reserved},
      {"64:ff9b::a9fe:a9fe", AddressClass::reserved},
      {"64:ff9b::8.8.8.8", AddressClass::global},
      {"2002:7f00:1::", AddressClass::loopback},
      {"2001:0:1::1", AddressClass::reserved},
      {"not an address", AddressClass::reserved},
      {"2130706433", AddressClass::reserved},
  };
  for (const auto& c : kCases) EXPECT_EQ(classify(std::string(c.text)), c.want) << c.text;
}

}  // namespace
}  // namespace portreeve::net
