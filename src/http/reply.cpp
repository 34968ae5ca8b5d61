#include "http/reply.h"

#include "base/check.h"

namespace http {

namespace {

class FunctionTarget final : public ReplyTarget {
 public:
  explicit FunctionTarget(std::function<void(Response)> take) : take_(std::move(take)) {}
  void answer(std::uint64_t, Response response) override { take_(std::move(response)); }

 private:
  std::function<void(Response)> take_;
};

}  // namespace

Reply Reply::to(std::function<void(Response)> take) {
  return {std::make_shared<FunctionTarget>(std::move(take)), 0};
}

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    Reply dropped{std::move(*this)};
    target_ = std::move(other.target_);
    ticket_ = other.ticket_;
  }
  return *this;
}

Reply::~Reply() {
  if (target_) send(base::Error{base::Code::Internal, "A handler dropped its reply."});
}

void Reply::send(Response response) {
  CHECK(target_ != nullptr);
  std::exchange(target_, nullptr)->answer(ticket_, std::move(response));
}

void Reply::send(base::Result<Response> result) {
  if (result)
    send(*std::move(result));
  else
    send(result.error());
}

}  // namespace http
