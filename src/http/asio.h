// The only door to Boost: Asio and Beast are compiled once, in asio.cpp and beast.cpp. For .cpp files and
// the internal headers of this module alone.
#pragma once

// Included before any other header of Boost, which else would be compiled in place, with error categories
// of its own that compare equal to none.
#if defined(BOOST_ASIO_DETAIL_CONFIG_HPP) && !defined(BOOST_ASIO_SEPARATE_COMPILATION)
#error "Include http/asio.h before any header of Boost."
#endif
#if defined(BOOST_BEAST_CORE_DETAIL_CONFIG_HPP) && !defined(BOOST_BEAST_SEPARATE_COMPILATION)
#error "Include http/asio.h before any header of Boost."
#endif
#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION
#endif
#ifndef BOOST_BEAST_SEPARATE_COMPILATION
#define BOOST_BEAST_SEPARATE_COMPILATION
#endif

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

namespace http {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;

}  // namespace http
