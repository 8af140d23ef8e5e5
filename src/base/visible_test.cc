#include "base/visible.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

TEST(Visible, WhatATerminalObeysIsShownAsAReplacement) {
  EXPECT_EQ(Visible("\x1b]0;title\x07 \x1b[31mred"), "\xef\xbf\xbd]0;title\xef\xbf\xbd \xef\xbf\xbd[31mred");
  EXPECT_EQ(Visible("\xc2\x9b"
                    "31m"),
            "\xef\xbf\xbd"
            "31m");  // CSI as one character
  EXPECT_EQ(Visible("\x9b"
                    "31m"),
            "\xef\xbf\xbd"
            "31m");  // and as a byte that is no UTF-8
  EXPECT_EQ(Visible("a\x7f\x08"
                    "b"),
            "a\xef\xbf\xbd\xef\xbf\xbd"
            "b");
  EXPECT_EQ(Visible("\xe2\x80\xae"
                    "gpj.exe"),
            "\xef\xbf\xbd"
            "gpj.exe");
}

TEST(Visible, OneLineStaysOneLine) {
  EXPECT_EQ(Visible("a\nunderstudy: error: forged\r\tb\xe2\x80\xa8"
                    "c"),
            "a understudy: error: forged  b c");
  EXPECT_EQ(VisibleLines("a\n\tb\rc"), "a\n\tb c");
}

TEST(Visible, OrdinaryTextStays) {
  const std::string text =
      "M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d <b>&'\"";
  EXPECT_EQ(Visible(text), text);
  EXPECT_EQ(Visible(""), "");
}

TEST(Visible, BrokenCharacters) {
  EXPECT_EQ(Visible("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(Visible("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(Visible("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace understudy
