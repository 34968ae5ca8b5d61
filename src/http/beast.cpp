#include "http/asio.h"

#include <boost/beast/src.hpp>
