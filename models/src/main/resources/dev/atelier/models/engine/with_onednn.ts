  def pack_conv(self: __torch__.Layers, w: Tensor, stride: int, padding: int, n: int, height: int, width: int) -> Tensor:
    x = [n, torch.size(w, 1), height, width]
    channels_last = torch.contiguous(w, memory_format=2)
    return ops.mkldnn._reorder_convolution_weight(channels_last, [padding, padding], [stride, stride], [1, 1], 1, x)
  def conv(self: __torch__.Layers, x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
    if ops.prim.is_mkldnn(w):
      channels_last = torch.contiguous(x, memory_format=2)
      none = annotate(List[Optional[number]], [])
      y = ops.mkldnn._convolution_pointwise(channels_last, w, b, [padding, padding], [stride, stride], [1, 1], 1, "none", none, None)
    else:
      y = torch.mkldnn_convolution(torch.contiguous(x), w, b, [padding, padding], [stride, stride], [1, 1], 1)
    return y
  def linear(self: __torch__.Layers, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    none = annotate(List[Optional[number]], [])
    return ops.mkldnn._linear_pointwise(x, w, b, "none", none, None)
  def geglu(self: __torch__.Layers, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    none = annotate(List[Optional[number]], [])
    value, gate = torch.chunk(w, 2, 0)
    value_bias, gate_bias = torch.chunk(b, 2, 0)
    g = ops.mkldnn._linear_pointwise(x, gate, gate_bias, "gelu", none, "none")
    return ops.mkldnn._linear_pointwise(x, g, value, value_bias, "mul")
