// docs/openapi.json, as it is.
  .section .rodata
  .globl hartslag_openapi_begin
  .globl hartslag_openapi_end
hartslag_openapi_begin:
  .incbin "openapi.json"
hartslag_openapi_end:
  .section .note.GNU-stack,"",@progbits
