  def linear(self: __torch__.Layers, x: Tensor, w: Tensor, b: Optional[Tensor]) -> Tensor:
    return torch.linear(x, w, b)
  def geglu(self: __torch__.Layers, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    value, gate = torch.chunk(torch.linear(x, w, b), 2, -1)
    return torch.mul(value, torch.gelu(gate))
