  def channels_last(self: __torch__.Layers, w: Tensor) -> Tensor:
    return torch.contiguous(w, memory_format=2)
  def conv(self: __torch__.Layers, x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
    if torch.eq(torch.add(torch.size(w, 2), stride), 2):
      n, c, height, width = torch.size(x)
      places = torch.reshape(torch.permute(x, [0, 2, 3, 1]), [-1, c])
      y = torch.addmm(b, places, torch.t(torch.view(w, [-1, c])))
      z = torch.permute(torch.view(y, [n, height, width, -1]), [0, 3, 1, 2])
    else:
      z = torch.conv2d(x, w, b, [stride, stride], [padding, padding])
    return z
  def norm_channels_last(self: __torch__.Layers, x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float) -> Tensor:
    n, c, height, width = torch.size(x)
    v = torch.reshape(torch.permute(x, [0, 2, 3, 1]), [n, torch.mul(height, width), groups, torch.floordiv(c, groups)])
    std, mean = torch.std_mean(v, [1, 3], correction=0, keepdim=True)
    scale = torch.div(torch.view(w, [groups, -1]), torch.hypot(std, torch.full_like(std, torch.sqrt(eps))))
    shift = torch.addcmul(torch.view(b, [groups, -1]), mean, scale, value=-1)
    y = torch.addcmul(shift, v, scale)
    return torch.permute(torch.view(y, [n, height, width, c]), [0, 3, 1, 2])
  def large(self: __torch__.Layers, x: Tensor) -> bool:
    return torch.gt(torch.mul(torch.size(x, 2), torch.size(x, 3)), 4096)
  def norm(self: __torch__.Layers, x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float) -> Tensor:
    if (self).large(x):
      y = (self).norm_channels_last(x, groups, w, b, eps)
    else:
      y = torch.group_norm(x, groups, w, b, eps)
    return y
  def norm_silu(self: __torch__.Layers, x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float) -> Tensor:
    y = (self).norm(x, groups, w, b, eps)
    if (self).large(x):
      z = torch.silu_(y)
    else:
      z = torch.silu(y, out=torch.empty_like(y, memory_format=2))
    return z
  def conv_shifted(self: __torch__.Layers, x: Tensor, w: Tensor, b: Tensor, shift: Tensor) -> Tensor:
    y = torch.conv2d(x, w, None, [1, 1], [1, 1])
    shifts = torch.unsqueeze(torch.unsqueeze(torch.add(shift, b), -1), -1)
    if (self).large(x):
      z = torch.add(y, shifts)
    else:
      z = torch.add(y, shifts, out=torch.empty_like(y, memory_format=0))
    return z
  def conv_onto(self: __torch__.Layers, onto: Tensor, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    y = torch.conv2d(x, w, None, [1, 1], [1, 1])
    return torch.add(torch.add(y, torch.view(b, [-1, 1, 1])), onto)
  def transformer_2d(self: __torch__.Layers, x: Tensor, context: Tensor, p: List[Tensor], heads: int, groups: int) -> Tensor:
    n, c, height, width = torch.size(x)
    places = torch.reshape(torch.permute((self).norm(x, groups, p[0], p[1], 1e-06), [0, 2, 3, 1]), [n, -1, c])
    y = torch.linear(places, torch.flatten(p[2], 1), p[3])
    z = torch.linear((self).transformer_block(y, context, p, heads), torch.flatten(p[24], 1), p[25])
    return torch.add(x, torch.permute(torch.view(z, [n, height, width, c]), [0, 3, 1, 2]))
